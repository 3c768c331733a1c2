//! The words of the tables and of the page, in French and in English. The only texts of the gateway
//! itself that people other than its operators read, so a plain table of two columns holds them;
//! the pages' texts are Fluent files of the web client.

use clap::ValueEnum;

/// In which language a plan is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Speech {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

/// Every word, once for each language.
pub(super) struct Words {
    pub(super) tag: &'static str,
    pub(super) title: &'static str,
    pub(super) overview: &'static str,
    pub(super) by_hour: &'static str,
    pub(super) people: &'static str,
    pub(super) scenario: &'static str,
    pub(super) language: &'static str,
    pub(super) all_languages: &'static str,
    pub(super) hour: &'static str,
    pub(super) calls_per_day: &'static str,
    pub(super) within: [&'static str; 3],
    pub(super) median: &'static str,
    pub(super) p90: &'static str,
    pub(super) abandoned: &'static str,
    pub(super) unserved: &'static str,
    pub(super) interpreter: &'static str,
    pub(super) on_duty: &'static str,
    pub(super) occupancy: &'static str,
    pub(super) chart: &'static str,
    pub(super) minutes: &'static str,
    pub(super) how: &'static str,
    pub(super) formulas: &'static [&'static str],
    pub(super) turned_away: &'static str,
    pub(super) decimal: char,
    pub(super) percent: &'static str,
    pub(super) new: &'static str,
}

const FR: Words = Words {
    tag: "fr",
    title: "Attente prévue",
    overview: "Vue d'ensemble, par langue",
    by_hour: "par heure de la journée",
    people: "Interprètes",
    scenario: "Scénario",
    language: "Langue",
    all_languages: "Toutes",
    hour: "Heure",
    calls_per_day: "Appels par jour",
    within: ["Pris en 30\u{a0}s", "en 120\u{a0}s", "en 180\u{a0}s"],
    median: "Attente médiane",
    p90: "9 sur 10 en moins de",
    abandoned: "Abandons",
    unserved: "Non servis",
    interpreter: "Interprète",
    on_duty: "En service par jour",
    occupancy: "Occupation",
    chart: "attente selon l'heure de la journée : médiane (trait plein) et neuf appels sur dix \
            (tirets)",
    minutes: "minutes d'attente",
    how: "Comment ces chiffres sont obtenus",
    formulas: &[
        "Chaque journée est simulée avec le véritable répartiteur de Passerelle et la \
         configuration du service : appels tirés au sort selon le scénario, interprètes selon \
         leurs horaires.",
        "Attente : de l'entrée dans la file jusqu'à l'image et au son dans les deux sens, pour les \
         appels servis. Médiane et neuvième décile sur tous les appels de toutes les journées.",
        "Pris en T secondes : appels servis en T secondes au plus, divisés par les appels servis \
         ou abandonnés. Repères : 70 % en 180 s (Arcep, décision 2018-0535), 95 % en 30 s (annoncé \
         par le marché).",
        "Non servis : délai maximal atteint, file pleine, fermé, ou rappel sans réponse.",
        "Occupation : temps en conversation et en fin d'appel, divisé par le temps en service.",
    ],
    turned_away: "visiteurs n'ont trouvé aucune tablette libre",
    decimal: ',',
    percent: "\u{a0}%",
    new: "Interprète",
};

const EN: Words = Words {
    tag: "en",
    title: "Expected wait",
    overview: "Overview by language",
    by_hour: "by hour of the day",
    people: "Interpreters",
    scenario: "Scenario",
    language: "Language",
    all_languages: "All",
    hour: "Hour",
    calls_per_day: "Calls per day",
    within: ["Answered in 30\u{a0}s", "in 120\u{a0}s", "in 180\u{a0}s"],
    median: "Median wait",
    p90: "9 of 10 within",
    abandoned: "Abandoned",
    unserved: "Unserved",
    interpreter: "Interpreter",
    on_duty: "On duty per day",
    occupancy: "Occupancy",
    chart: "wait by hour of the day: median (solid) and nine calls of ten (dashed)",
    minutes: "minutes of wait",
    how: "How these figures are made",
    formulas: &[
        "Each day is simulated with Passerelle's own dispatcher and the service's configuration: \
         calls by chance as the scenario says, interpreters by their rosters.",
        "Wait: from entering the queue to picture and sound in both directions, of answered calls. \
         Median and ninth decile over all calls of all days.",
        "Answered in T seconds: calls answered in at most T seconds, over calls answered or \
         abandoned. Yardsticks: 70% in 180 s (Arcep, decision 2018-0535), 95% in 30 s (claimed \
         on the market).",
        "Unserved: longest wait reached, queue full, closed, or called back in vain.",
        "Occupancy: time in conversation and wrap-up over time on duty.",
    ],
    turned_away: "visitors found no free tablet",
    decimal: '.',
    percent: "%",
    new: "Interpreter",
};

impl Speech {
    /// The words of this language.
    pub(super) const fn words(self) -> &'static Words {
        match self {
            Self::Fr => &FR,
            Self::En => &EN,
        }
    }
}

impl Words {
    /// `12,5`
    pub(super) fn number(&self, value: f64) -> String {
        format!("{value:.1}").replace('.', &String::from(self.decimal))
    }

    /// `85 %`, rounded down where rounding up would say that all is well.
    pub(super) fn share(&self, share: f64) -> String {
        let percent = (share * 100.0).round();
        let percent = if share < 1.0 {
            percent.min(99.0)
        } else {
            percent
        };
        format!("{percent}{}", self.percent)
    }
}

/// `48 s`, `1 min 05 s`, `2 h 03 min`.
pub(super) fn length(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds:02} s"),
        (hours, minutes, _) => format!("{hours} h {minutes:02} min"),
    }
}
