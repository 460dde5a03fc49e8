//! Addresses of crypto-currency wallets: base58 with its checksum, and bech32 with its own.

const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

const BECH32: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// Whether the value is a wallet's address.
pub(crate) fn wallet(value: &str) -> bool {
    match value.as_bytes() {
        [b'1' | b'3', ..] if (26..=35).contains(&value.len()) => base58(value),
        [b'b' | b'B', b'c' | b'C', b'1', rest @ ..] if (36..=71).contains(&rest.len()) => {
            bech32(rest)
        }
        _ => false,
    }
}

/// A version byte, twenty bytes of a hash, and the first four of the hash of both.
fn base58(value: &str) -> bool {
    let mut bytes = [0_u8; 25];
    for c in value.bytes() {
        let Some(digit) = BASE58.iter().position(|b| *b == c) else {
            return false;
        };
        let mut carry = digit;
        for byte in bytes.iter_mut().rev() {
            carry += usize::from(*byte) * 58;
            *byte = u8::try_from(carry & 0xff).unwrap_or(0);
            carry >>= 8;
        }
        if carry != 0 {
            return false;
        }
    }
    sha256(&sha256(&bytes[..21]))[..4] == bytes[21..]
}

/// The checksum of `bc1…` (BIP 173, BIP 350).
fn bech32(data: &[u8]) -> bool {
    const STEPS: [u32; 5] = [
        0x3b6a_57b2,
        0x2650_8e6d,
        0x1ea1_19fa,
        0x3d42_33dd,
        0x2a14_62b3,
    ];
    let mut sum = 1_u32;
    let mut add = |value: u32| {
        let top = sum >> 25;
        sum = (sum & 0x01ff_ffff) << 5 ^ value;
        for (bit, step) in STEPS.iter().enumerate() {
            if top >> bit & 1 != 0 {
                sum ^= step;
            }
        }
    };
    // The prefix "bc", spread.
    for value in [3, 3, 0, 2, 3] {
        add(value);
    }
    for c in data {
        let lower = c.to_ascii_lowercase();
        let Some(value) = BECH32.iter().position(|b| *b == lower) else {
            return false;
        };
        add(u32::try_from(value).unwrap_or(0));
    }
    matches!(sum, 1 | 0x2bc8_30a3)
}

/// SHA-256 (FIPS 180-4) of a short message: less than 56 bytes.
#[allow(clippy::many_single_char_names)] // as the standard names them
fn sha256(message: &[u8]) -> [u8; 32] {
    const K: [u32; 64] = constants();
    let mut state: [u32; 8] = [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ];
    let mut block = [0_u8; 64];
    let length = message.len().min(55);
    block[..length].copy_from_slice(&message[..length]);
    block[length] = 0x80;
    block[56..].copy_from_slice(&(length as u64 * 8).to_be_bytes());
    let mut w = [0_u32; 64];
    for (word, bytes) in w.iter_mut().zip(block.as_chunks::<4>().0) {
        *word = u32::from_be_bytes(*bytes);
    }
    for i in 16..64 {
        let s0 = w[i - 15].rotate_right(7) ^ w[i - 15].rotate_right(18) ^ w[i - 15] >> 3;
        let s1 = w[i - 2].rotate_right(17) ^ w[i - 2].rotate_right(19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16]
            .wrapping_add(s0)
            .wrapping_add(w[i - 7])
            .wrapping_add(s1);
    }
    let start = state;
    for i in 0..64 {
        let [a, b, c, d, e, f, g, h] = state;
        let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let choice = e & f ^ !e & g;
        let t1 = h
            .wrapping_add(s1)
            .wrapping_add(choice)
            .wrapping_add(K[i])
            .wrapping_add(w[i]);
        let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let majority = a & b ^ a & c ^ b & c;
        let t2 = s0.wrapping_add(majority);
        state = [t1.wrapping_add(t2), a, b, c, d.wrapping_add(t1), e, f, g];
    }
    let mut out = [0; 32];
    for (i, (before, after)) in start.iter().zip(state).enumerate() {
        out[4 * i..4 * i + 4].copy_from_slice(&before.wrapping_add(after).to_be_bytes());
    }
    out
}

/// The first 32 bits of the fractions of the cube roots of the first 64 primes.
const fn constants() -> [u32; 64] {
    let mut out = [0; 64];
    let mut count = 0;
    let mut n = 2_u128;
    while count < 64 {
        let mut prime = true;
        let mut d = 2;
        while d * d <= n {
            if n.is_multiple_of(d) {
                prime = false;
            }
            d += 1;
        }
        if prime {
            // The cube root of n·2⁹⁶ is that of n with 32 bits after the point.
            let target = n << 96;
            let (mut low, mut high) = (0_u128, 1 << 40);
            while high - low > 1 {
                let middle = u128::midpoint(low, high);
                if middle * middle * middle <= target {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            #[allow(clippy::cast_possible_truncation)]
            let root = low as u32;
            out[count] = root;
            count += 1;
        }
        n += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_addresses_pass_and_changed_ones_fail() {
        assert!(wallet("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"));
        assert!(wallet("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"));
        assert!(!wallet("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"));
        assert!(!wallet("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"));
    }
}
