/// The words of an insight.
struct InsightText: Hashable {
    let title: String
    let message: String
    /// What could be done; nil for nothing.
    var action: String?
}

extension InsightText {
    /// - Parameter days: How long the streak is.
    static func streak(_ days: Int, in language: Language) -> InsightText {
        switch language {
        case .english: InsightText(title: "\(days)-day streak", message: "You have been active \(days) days in a row.")
        case .french: InsightText(title: "Série de \(days) jours", message: "Vous êtes actif depuis \(days) jours d’affilée.")
        }
    }

    static func noStreak(in language: Language) -> InsightText {
        switch language {
        case .english:
            InsightText(
                title: "Begin a new streak", message: "Each streak begins with one day.", action: "Complete a habit today")
        case .french:
            InsightText(
                title: "Commencez une nouvelle série", message: "Chaque série commence par un jour.",
                action: "Accomplissez une habitude aujourd’hui")
        }
    }

    /// - Parameter percent: How much of what was due was done.
    static func goodWeek(_ percent: Int, in language: Language) -> InsightText {
        switch language {
        case .english: InsightText(title: "A good week", message: "You have done \(percent) % of what was due this week.")
        case .french:
            InsightText(
                title: "Une bonne semaine", message: "Vous avez fait \(percent) % de ce qui était prévu cette semaine.")
        }
    }

    /// - Parameter percent: How much of what was due was done.
    static func hardWeek(_ percent: Int, in language: Language) -> InsightText {
        switch language {
        case .english:
            InsightText(
                title: "Less may be more", message: "You have done \(percent) % of what was due this week.",
                action: "Keep the habits that matter most and archive the others for a while")
        case .french:
            InsightText(
                title: "Moins, c’est parfois mieux",
                message: "Vous avez fait \(percent) % de ce qui était prévu cette semaine.",
                action: "Gardez les habitudes qui comptent le plus et archivez les autres pour un temps")
        }
    }

    /// - Parameter habit: Its title, of which the beginning is shown.
    static func waiting(_ habit: String, in language: Language) -> InsightText {
        switch language {
        case .english:
            InsightText(
                title: "A habit is waiting", message: "“\(habit.prefix(100))” has no streak at the moment.", action: "Do it today"
            )
        case .french:
            InsightText(
                title: "Une habitude vous attend", message: "« \(habit.prefix(100)) » n’a pas de série en ce moment.",
                action: "Faites-la aujourd’hui")
        }
    }
}
