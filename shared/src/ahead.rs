//! What a function works with, made while its first event is on its way.
//!
//! Who acts: the runtime asks for the first event, and what it takes to serve one is made before that event is looked
//! at. Nothing hangs on the order; it only saves time: two thirds of what a start has to do is the AWS clients' reading
//! of their tables of regions (callgrind: 1.8 of a receiver's 2.7 million instructions), and it need not keep the
//! runtime from asking.

use std::cell::LazyCell;
use std::fmt::{Debug, Formatter};

use futures::future::try_join;
use lambda_runtime::Error;
use tokio::task::yield_now;

/// Turns of the executor in which the runtime connects and asks: it does so in three.
const TURNS: usize = 4;

/// Something that is made once.
pub struct Ahead<T, F = fn() -> Result<T, Error>>(LazyCell<Result<T, Error>, F>);

impl<T, F> Debug for Ahead<T, F> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ahead").finish_non_exhaustive()
    }
}

impl<T, F: FnOnce() -> Result<T, Error>> Ahead<T, F> {
    /// It will be made by `make`.
    pub const fn new(make: F) -> Self {
        Self(LazyCell::new(make))
    }

    /// What is made; it is made now if it has not been.
    ///
    /// # Errors
    /// When it cannot be made; then [`Ahead::serve`] ends.
    pub fn ready(&self) -> Result<&T, Error> {
        self.0.as_ref().map_err(|error| error.to_string().into())
    }

    /// Serves events, and makes it as soon as the first one was asked for.
    ///
    /// # Errors
    /// Why serving ended, or why it cannot be made.
    pub async fn serve(
        &self,
        serving: impl Future<Output = Result<(), Error>>,
    ) -> Result<(), Error> {
        let making = async {
            for _ in 0..TURNS {
                yield_now().await;
            }
            self.ready().map(|_| ())
        };
        try_join(serving, making).await.map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    #[tokio::test]
    async fn it_is_made_once_and_after_the_first_event_was_asked_for() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let steps = RefCell::new(Vec::new());
        let ahead = Ahead::new(|| {
            steps.borrow_mut().push("made");
            Ok(7)
        });
        let serving = async {
            let mut stream = TcpStream::connect(address).await?;
            stream.write_all(b"next").await?;
            steps.borrow_mut().push("asked");
            // The event does not come before it is made.
            stream.read_u8().await?;
            steps.borrow_mut().push("served");
            assert_eq!((ahead.ready()?, ahead.ready()?), (&7, &7));
            Ok(())
        };
        let events = async {
            let mut stream = listener.accept().await.unwrap().0;
            stream.read_exact(&mut [0; 4]).await.unwrap();
            while steps.borrow().last() != Some(&"made") {
                yield_now().await;
            }
            stream.write_u8(1).await.unwrap();
        };
        let (served, ()) = tokio::join!(ahead.serve(serving), events);
        served.unwrap();
        assert_eq!(*steps.borrow(), ["asked", "made", "served"]);
    }

    #[tokio::test]
    async fn an_event_that_is_there_at_once_has_it_made() {
        let made = Cell::new(0);
        let ahead = Ahead::new(|| {
            made.set(made.get() + 1);
            Ok(7)
        });
        let serving = async { ahead.ready().map(|seven| assert_eq!(seven, &7)) };
        ahead.serve(serving).await.unwrap();
        assert_eq!(made.get(), 1);
    }

    #[tokio::test]
    async fn a_process_ends_when_what_it_works_with_cannot_be_made() {
        let ahead = Ahead::<u8, _>::new(|| Err("no such table".into()));
        let ended = ahead.serve(std::future::pending()).await;
        assert_eq!(ended.unwrap_err().to_string(), "no such table");
        assert_eq!(ahead.ready().unwrap_err().to_string(), "no such table");
    }
}
