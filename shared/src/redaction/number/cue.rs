//! What a phrase announces.

/// What a phrase announces. [`Cue::None`] is a phrase that only looks like a cue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cue {
    None,
    Ssn,
    SsnLast4,
    Last4,
    Phone,
    PhoneLast4,
    Card,
    CardLast4,
    CardExp,
    Cvv,
    Routing,
    Account,
    Iban,
    Mrn,
    Member,
    Mbi,
    Npi,
    Dea,
    Rx,
    License,
    Passport,
    Plate,
    Vin,
    Device,
    Zip,
    Dob,
    Age,
    Email,
    Address,
    Id,
    Secret,
    Url,
    Name,
    /// A medication: not announced, but named by the phrase itself.
    Medication,
    /// A diagnosis.
    Diagnosis,
    /// A procedure.
    Procedure,
}

/// The cues by the names that the files of phrases give them.
pub(crate) const NAMED: &[(&str, Cue)] = &[
    ("none", Cue::None),
    ("ssn", Cue::Ssn),
    ("ssn_last4", Cue::SsnLast4),
    ("last4", Cue::Last4),
    ("phone", Cue::Phone),
    ("phone_last4", Cue::PhoneLast4),
    ("card", Cue::Card),
    ("card_last4", Cue::CardLast4),
    ("card_exp", Cue::CardExp),
    ("cvv", Cue::Cvv),
    ("routing", Cue::Routing),
    ("account", Cue::Account),
    ("iban", Cue::Iban),
    ("mrn", Cue::Mrn),
    ("member", Cue::Member),
    ("mbi", Cue::Mbi),
    ("npi", Cue::Npi),
    ("dea", Cue::Dea),
    ("rx", Cue::Rx),
    ("license", Cue::License),
    ("passport", Cue::Passport),
    ("plate", Cue::Plate),
    ("vin", Cue::Vin),
    ("device", Cue::Device),
    ("zip", Cue::Zip),
    ("dob", Cue::Dob),
    ("age", Cue::Age),
    ("email", Cue::Email),
    ("address", Cue::Address),
    ("id", Cue::Id),
    ("secret", Cue::Secret),
    ("url", Cue::Url),
    ("name", Cue::Name),
    ("medication", Cue::Medication),
    ("diagnosis", Cue::Diagnosis),
    ("procedure", Cue::Procedure),
];

impl Cue {
    /// Its bit in [`crate::redaction::text::turn::Turn::asks`].
    pub(crate) const fn bit(self) -> u64 {
        1 << (self as u64)
    }

    /// The bits of all cues that announce a number or code.
    pub(crate) fn codes() -> u64 {
        let codes = NAMED.iter().filter(|(_, cue)| cue.is_code());
        codes.fold(0, |bits, (_, cue)| bits | cue.bit())
    }

    /// Whether this cue announces a number or code.
    pub(crate) fn is_code(self) -> bool {
        const OTHERS: u64 = Cue::None.bit()
            | Cue::Age.bit()
            | Cue::Email.bit()
            | Cue::Address.bit()
            | Cue::Url.bit()
            | Cue::Name.bit();
        self.bit() & OTHERS == 0
    }
}

/// A cue in a text, by token indices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub(crate) first: usize,
    pub(crate) end: usize,
    pub(crate) cue: Cue,
}
