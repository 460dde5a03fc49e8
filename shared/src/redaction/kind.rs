//! The kinds of value the engine removes.

use std::fmt;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = $label:literal),+ $(,)?) => {
        /// What a removed value was. The label is what stands in a placeholder and in the audit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind { $($(#[doc = $doc])+ $name),+ }

        impl Kind {
            /// Every kind, in order of precedence: of two findings that overlap, the earlier kind names the union.
            pub const ALL: &'static [Kind] = &[$(Kind::$name),+];

            /// The stable label, upper case with underscores.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Kind::$name => $label),+ }
            }
        }
    };
}

kinds! {
    /// A value on the caller's deny list for this call.
    Known = "KNOWN",
    /// A value matched by an organisation's own rule.
    Custom = "CUSTOM",
    /// A password, key, token or other credential.
    Secret = "SECRET",
    /// An e-mail address.
    Email = "EMAIL",
    /// A web address.
    Url = "URL",
    /// An IPv4 or IPv6 address, with its prefix length.
    Ip = "IP_ADDRESS",
    /// A MAC address.
    Mac = "MAC_ADDRESS",
    /// A US social security or taxpayer number.
    Ssn = "SSN",
    /// The last digits of a social security number.
    SsnLast4 = "SSN_LAST4",
    /// A payment card number, or its last digits.
    Card = "CREDIT_CARD",
    /// A card's expiry date.
    CardExp = "CARD_EXP",
    /// A card's security code.
    Cvv = "CVV",
    /// An international bank account number.
    Iban = "IBAN",
    /// A bank routing number or sort code.
    Routing = "ROUTING",
    /// A bank account number.
    Account = "ACCOUNT",
    /// A Medicare beneficiary identifier.
    Mbi = "MBI",
    /// A health plan's member, subscriber, group, claim or authorization number.
    MemberId = "MEMBER_ID",
    /// A medical record number.
    Mrn = "MRN",
    /// A national provider identifier.
    Npi = "NPI",
    /// A DEA registration number.
    Dea = "DEA",
    /// A prescription number.
    Rx = "RX_NUMBER",
    /// A driving licence or another licence or certificate number.
    License = "DL",
    /// A passport number.
    Passport = "PASSPORT",
    /// A licence plate.
    Plate = "PLATE",
    /// A vehicle identification number.
    Vin = "VIN",
    /// A device identifier or serial number.
    Device = "DEVICE",
    /// A date of birth.
    Dob = "DOB",
    /// An age above 89.
    AgeOver89 = "AGE_90_PLUS",
    /// A telephone or fax number.
    Phone = "PHONE",
    /// The last digits of a telephone number.
    PhoneLast4 = "PHONE_LAST4",
    /// A street address, whole or in part.
    Address = "ADDRESS",
    /// A postal code.
    Zip = "ZIP",
    /// A date more specific than a year.
    Date = "DATE",
    /// A person's name.
    Person = "PERSON",
    /// A crypto-currency address.
    Crypto = "CRYPTO",
    /// Some other identifying number or code.
    Id = "ID",
    /// A medication, when the organisation asks for it.
    Medication = "MEDICATION",
    /// A diagnosis, when the organisation asks for it.
    Diagnosis = "DIAGNOSIS",
    /// A procedure or test, with the diagnoses.
    Procedure = "PROCEDURE",
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl Kind {
    /// Whether values of this kind are numbers and codes, which are found by what is said around them.
    pub(crate) fn is_number(self) -> bool {
        !matches!(
            self,
            Self::Known
                | Self::Custom
                | Self::Secret
                | Self::Email
                | Self::Url
                | Self::Dob
                | Self::AgeOver89
                | Self::Address
                | Self::Zip
                | Self::Date
                | Self::Person
                | Self::Medication
                | Self::Diagnosis
                | Self::Procedure
        )
    }

    /// The kind with this label.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.label() == label)
    }
}
