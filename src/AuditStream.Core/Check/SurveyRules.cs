using System.Globalization;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Protect;

namespace AuditStream.Core.Check;

/// <summary>What the records that were looked at mean for the trail.</summary>
internal static class SurveyRules
{
    private const CheckSection Section = CheckSection.Sources;
    private const long ClockToleranceMilliseconds = 60_000;
    private const int MaxNames = 5;

    public static IEnumerable<Finding> Findings(SourceSurvey survey, long nowMilliseconds)
    {
        foreach (var (name, topic) in survey.Topics.OrderBy(topic => topic.Key, StringComparer.Ordinal))
        {
            foreach (var finding in OfTopic(name, topic, nowMilliseconds))
                yield return finding;
        }
        foreach (var table in survey.Tables)
        {
            yield return Finding.Ok(Section, "table-seen", table.Name,
                Invariant($"is a table of {table.Table.Kind}{(table.Table.Engine is { } engine ? $" {engine}" : "")}, source {table.Table.Source}: looked at {table.Rows} rows on {table.Topic}."));
            foreach (var finding in OfTable(survey, table))
                yield return finding;
        }
        foreach (var finding in OfSettings(survey))
            yield return finding;
    }

    public static IEnumerable<Finding> SourcesWithoutTopic(SourceSurvey survey, IReadOnlyCollection<string> rawTopics)
    {
        var used = rawTopics.Select(topic => survey.SourcesOf(topic)).Where(sources => sources.Count > 0).Select(sources => sources[0]).ToHashSet();
        for (var index = 0; index < survey.Sources.Count; index++)
        {
            if (survey.Sources[index].TopicPattern is { } pattern && !used.Contains(index))
            {
                yield return Finding.Warning(Section, "source-matches-nothing", Invariant($"Sources:{index}"), $"no raw topic that is left to it matches TopicPattern {pattern}.",
                    "The records that it was meant for are read without its name and settings: they get other ids, and images that count as less than they are.",
                    Invariant($"Correct Sources:{index}:TopicPattern (it must match the whole name; a dot is \\.). The raw topics are {Names(rawTopics)}."));
            }
        }
    }

    private static IEnumerable<Finding> OfTopic(string name, TopicSurvey topic, long nowMilliseconds)
    {
        if (topic.FirstRejection is { } rejection)
        {
            var (partition, offset) = topic.FirstRejectedAt;
            yield return Finding.Warning(Section, "records-refused", name,
                Invariant($"{topic.Rejected} of {topic.Records} records that were looked at are refused, the first at partition {partition}, offset {offset}: {WireName.Of(rejection.Code)}. {rejection.Message}"),
                "A refused record becomes a dead letter: it is kept, and is no event of the trail.",
                $"See what the product makes of it: auditstream explain --topic {name} FILE; a topic without change records does not belong into Raw:Topics or Raw:Pattern.");
        }
        if (topic.WhyWithoutSchema is { } why)
        {
            yield return Finding.Error(Section, "schema-not-told", name, Invariant($"{topic.WithoutSchema} of {topic.Records} records could not be looked at: {why}"),
                "Its partitions wait until the registry tells the schema; nothing of them is in the trail meanwhile.",
                "Mend the schema registry, or SchemaRegistry:Url, SchemaRegistry:User and SchemaRegistry:Password.");
        }
        if (topic.NewestTimestampMilliseconds > nowMilliseconds + ClockToleranceMilliseconds)
        {
            yield return Finding.Warning(Section, "records-from-the-future", name,
                Invariant($"a record's timestamp is {(topic.NewestTimestampMilliseconds - nowMilliseconds) / 1000} s ahead of this machine's clock."),
                "Events are ordered and partitioned by time; more than a day ahead the store refuses them.",
                "Set the clocks of this machine, of the connector and of the source by NTP.");
        }
    }

    private static IEnumerable<Finding> OfTable(SourceSurvey survey, TableSurvey table)
    {
        var source = Source(survey, table.Topic);
        if (table.Table.Kind == "dms" && (survey.SourcesOf(table.Topic) is not [var index, ..] || survey.Sources[index].Name is null))
        {
            yield return Finding.Error(Section, "dms-source-without-name", table.Name, $"its source has no name, so that {table.Topic} stands in for it.",
                "The name is part of every event's id: when the topic is renamed, each change would be stored a second time.",
                $"{source}:Name=<a name that stays>");
        }
        if (table.RowsWithoutKey > 0)
        {
            foreach (var finding in OfKeys(survey, table, source))
                yield return finding;
        }
        if (table.WithoutBefore > 0)
        {
            yield return Finding.Warning(Section, "no-before-image", table.Name,
                Invariant($"{table.WithoutBefore} of {table.UpdatesAndDeletes} updates and deletes have no full before-image."),
                "What a column was before is then not known, and often not even whether it changed.", SurveyMends.BeforeImage(table, source));
        }
        if (table.WeakRows > 0)
        {
            yield return Finding.Warning(Section, "weak-identity", table.Name,
                Invariant($"{table.WeakRows} of {table.Rows} rows have a weak identity: raw topic, partition and offset."),
                "A change that the source sends again counts twice, because it cannot be recognised.", SurveyMends.Identity(table, source));
        }
        if (table.Ambiguous.Count > 0)
        {
            var (what, mend) = table.Table.Kind == "wal2json"
                ? ("NULL, NaN and the infinities", "Set numeric-data-types-as-string=true in the options of the slot.")
                : ("NULL and the default",
                    $"Set key.converter.replace.null.with.default=false and value.converter.replace.null.with.default=false in the connector, then {source}:ReplaceNullWithDefault=false");
            yield return Finding.Warning(Section, "null-or-default", table.Name, $"{what} cannot be told apart in {Names(table.Ambiguous)}.",
                "The trail cannot say whether such a column was NULL.", mend);
        }
        if (table is { HasActor: false, StreamedRows: > 0 } && table.Table.ActorColumns.Count + table.Table.ActorHeaders.Count > 0)
        {
            yield return Finding.Warning(Section, "actor-not-seen", table.Name,
                $"none of its changes says who made it; configured are {Names(table.Table.ActorColumns.Concat(table.Table.ActorHeaders))}.",
                "Who did it is then missing from the trail.",
                $"Compare {source}:ActorColumns and {source}:ActorHeaders, letter by letter, with the records, whose columns are {Names(table.Columns)}.");
        }
        foreach (var finding in OfDialect(table, source))
            yield return finding;
    }

    private static IEnumerable<Finding> OfKeys(SourceSurvey survey, TableSurvey table, string source)
    {
        const string Why = "The history of a row is found by its key; rows without one share a partition and have no history of their own.";
        var what = Invariant($"{table.RowsWithoutKey} of {table.Rows} rows have no key");
        if (table.Table.ConfiguredKey is { } configured && configured.Except(table.Columns, StringComparer.Ordinal).ToArray() is { Length: > 0 } missing)
        {
            yield return Finding.Error(Section, "key-column-missing", $"{source}:Tables:{table.Name}:Key",
                $"{what}: the configured column {Names(missing)} is not in the records, which have {Names(table.Columns)}.", Why,
                $"{source}:Tables:{table.Name}:Key={string.Join(',', survey.DefinedKey(table) ?? ["<the key's columns as the records spell them>"])}");
        }
        else if (table.Table.ConfiguredKey is not null)
        {
            yield return Finding.Warning(Section, "no-key", table.Name, $"{what}: their images do not hold the configured key.", Why,
                "Make the source send the key's columns in every image.");
        }
        else if (survey.DefinedKey(table) is { } key)
        {
            yield return Finding.Error(Section, "key-not-configured", table.Name,
                $"{what}, and a control record says that it is {string.Join(", ", key)}: rows of this source take their key from configuration alone.", Why,
                $"{source}:Tables:{table.Name}:Key={string.Join(',', key)}   (in the file, under Tables of that source: \"{table.Name}\": {{ \"Key\": [{string.Join(", ", key.Select(column => $"\"{column}\""))}] }})");
        }
        else
        {
            yield return Finding.Warning(Section, "no-key", table.Name, $"{what}, and configuration names none.", Why,
                $"{source}:Tables:{table.Name}:Key=<the key's columns, separated by commas>");
        }
    }

    private static IEnumerable<Finding> OfDialect(TableSurvey table, string source)
    {
        if (table.Table.Kind == "debezium" && table.StreamedRows > 0 && table.RowsOutsideTransactions == table.StreamedRows)
        {
            yield return Finding.Warning(Section, "no-transaction-metadata", table.Name, "no change says its place in its transaction.",
                "Without the transactions' own counts nobody can show that all changes of one have arrived.",
                "Set provide.transaction.metadata=true in the connector, and let its topic, <prefix>.transaction, be a raw topic too.");
        }
        if (table.Table.Kind == "debezium" && !table.HasTypes)
        {
            yield return Finding.Warning(Section, "no-types", table.Name, "its records carry no schema.",
                "Decimals, dates and bytes are then only what the converter made of them, and the trail cannot say which type a column had.",
                "Set value.converter.schemas.enable=true in the connector; where the size matters, at least decimal.handling.mode=string and time.precision.mode=isostring.");
        }
        if (table.Table.Kind == "dms" && table.RowsThatMayHaveMore > 0)
        {
            yield return Finding.Warning(Section, "null-and-empty-left-out", table.Name, "columns that are NULL or empty may be left out of its records.",
                "A column that is missing was NULL, or empty, or was not logged: a change to NULL is not proven.",
                $"Set IncludeNullAndEmpty=true in the DMS endpoint, then {source}:IncludeNullAndEmpty=true");
        }
    }

    private static IEnumerable<Finding> OfSettings(SourceSurvey survey)
    {
        foreach (var topic in survey.Topics.Keys.Order(StringComparer.Ordinal))
        {
            var matching = survey.SourcesOf(topic);
            if (matching.Count(index => survey.Sources[index].TopicPattern is not null) > 1)
            {
                yield return Finding.Warning(Section, "sources-overlap", topic, $"the patterns of {string.Join(" and ", matching.Select(index => Invariant($"Sources:{index}")))} match it; the first gets it.",
                    "A record that is read under another source's name or settings has other ids.", "Make the patterns exclude each other.");
            }
        }
        for (var index = 0; index < survey.Sources.Count; index++)
        {
            var seen = survey.Tables.Where(table => survey.SourcesOf(table.Topic) is [var first, ..] && first == index).Select(table => table.Name).ToHashSet();
            foreach (var table in survey.Sources[index].Tables.Keys.Where(table => !seen.Contains(table)).Order(StringComparer.Ordinal))
            {
                yield return Finding.Warning(Section, "table-not-seen", Invariant($"Sources:{index}:Tables:{table}"),
                    seen.Count == 0 ? "no record of this source was looked at." : $"none of the records that were looked at is of this table; they are of {Names(seen)}.",
                    "A misspelt table keeps the source's settings instead of its own.", "Compare schema and table, letter by letter, with the names above; ignore this for a table without recent changes.");
            }
        }
        for (var index = 0; index < survey.Rules.Count; index++)
        {
            var rule = survey.Rules[index];
            var reachesMessages = Wildcard.Matches(rule.Table, "message", ignoreCase: true) && Wildcard.Matches(rule.Column, "content", ignoreCase: true);
            if (survey.Tables.Any() && !reachesMessages && !survey.Tables.Any(table => Reaches(rule, table)))
            {
                yield return Finding.Warning(Section, "rule-matches-nothing", Invariant($"Protect:Rules:{index}"),
                    $"no column that was looked at is matched by table {rule.Table}, column {rule.Column}.",
                    "A misspelt rule protects nothing.", $"Tables are matched as schema.table, here {Names(survey.Tables.Select(table => table.Name))}; * stands for any text.");
            }
        }
    }

    private static bool Reaches(ProtectRule rule, TableSurvey table)
    {
        var hides = rule.Action != FieldAction.Keep;
        return Wildcard.Matches(rule.Table, table.Name, hides)
            && (table.HasActor ? table.Columns.Append(FieldPolicy.ActorName) : table.Columns).Any(column => Wildcard.Matches(rule.Column, column, hides));
    }

    /// <summary>The setting of the source that a topic belongs to; a new one at the end of the list when there is none.</summary>
    private static string Source(SourceSurvey survey, string topic) =>
        Invariant($"Sources:{(survey.SourcesOf(topic) is [var index, ..] ? index : survey.Sources.Count)}");

    private static string Names(IEnumerable<string> names)
    {
        var all = names.ToList();
        return all.Count <= MaxNames ? string.Join(", ", all) : Invariant($"{string.Join(", ", all.Take(MaxNames))} and {all.Count - MaxNames} more");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
