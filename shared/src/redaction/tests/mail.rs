//! E-mail and web addresses as they come up in a call: without their ending, in parts, explained.

use super::said::{all_go, all_stay, gone, redact, stays};

#[test]
fn a_provider_without_its_ending_closes_an_address() {
    gone(
        "caller: send it to rob underscore finch at yahoo please",
        &["rob", "finch", "yahoo"],
    );
    gone(
        "caller: its k dot osei at hotmail these days",
        &["k dot", "osei", "hotmail"],
    );
    gone(
        "agent: your email?\ncaller: birdlady nine at icloud",
        &["birdlady", "icloud"],
    );
    gone(
        "caller: t underscore ramos\nagent: at yahoo?\ncaller: at yahoo",
        &["t underscore", "ramos", "yahoo"],
    );
    gone(
        "Agent: Is the email hank@gmail.com?\nCaller: No, ymail.",
        &["ymail"],
    );
    stays("caller: i work at google and look at gmail all day");
    stays("caller: i saw it at yahoo news");
    stays("caller: i use verizon");
}

#[test]
fn what_explains_a_mailbox_goes_with_it() {
    gone(
        "Agent: Where can I e-mail that?\nCaller: fern.abbot@zoho.com. Fern like the plant.",
        &["fern", "Fern"],
    );
    gone(
        "caller: my email is first initial last name at icloud dot com, so p abernathy",
        &["p abernathy"],
    );
    gone(
        "caller: all one word, oldsalt, then the at sign, then aol dot com",
        &["oldsalt", "aol"],
    );
    gone(
        "agent: email on file\ncaller: fernhill\nagent: green hill?\ncaller: f e r n, yes. at live dot com",
        &["fernhill", "green hill", "f e r n", "live"],
    );
    let call = redact("Caller: it's hank@aol.com so call me tomorrow");
    assert!(call.ends_with("so call me tomorrow"), "{call:?}");
}

#[test]
fn a_host_with_a_path_is_a_web_address() {
    gone(
        "Agent: It's at forms.lakeside.page/intake-22.",
        &["lakeside", "intake"],
    );
    stays("Caller: okay.thanks/bye");
    stays("Caller: He takes metformin/glipizide. Yes/no.");
}

#[test]
fn a_mailbox_is_one_with_spaces_around_its_marks() {
    all_go(&[
        ("tom.baker", "Caller: it's tom.baker @ yahoo. com thanks"),
        (
            "okafor",
            "Agent: And your email?\nCaller: r.okafor @ outlook. com",
        ),
    ]);
    all_stay(&[
        "Agent: send it @ 5. net 30 days",
        "Agent: meet me @ noon. Com fees apply",
    ]);
}
