using System.Text.RegularExpressions;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;
using AuditStream.Core.Protect;

namespace AuditStream.Core.Check;

/// <summary>Looks at raw records with the product's own decoder, and says what sources and settings lose.</summary>
/// <remarks>Not thread-safe. It has seen some records, never all: what it does not find may be there.</remarks>
public sealed class SourceSurvey
{
    private const int MaxTables = 5_000;

    private readonly DecodeSettings settings;
    private readonly ProtectSettings protect;
    private readonly Decoder decoder;
    private readonly Regex?[] patterns;
    private readonly Dictionary<string, TopicSurvey> topics = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Topic, TableReference Table), TableSurvey> tables = [];
    private readonly Dictionary<(string Topic, string Table), IReadOnlyList<string>> definedKeys = [];

    /// <summary>Makes a survey.</summary>
    /// <param name="settings">What configuration says about the sources.</param>
    /// <param name="protect">The field policy.</param>
    /// <param name="schemaSource">Where the schemas of Avro records come from; null when none is configured.</param>
    public SourceSurvey(DecodeSettings settings, ProtectSettings protect, ISchemaSource? schemaSource)
    {
        this.settings = settings;
        this.protect = protect;
        decoder = new Decoder(settings, schemaSource);
        patterns = [.. settings.Sources.Select(source => source.TopicPattern is { } pattern
            ? new Regex($"^(?:{pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)
            : null)];
    }

    internal IReadOnlyDictionary<string, TopicSurvey> Topics => topics;

    internal IEnumerable<TableSurvey> Tables =>
        tables.Values.OrderBy(table => table.Topic, StringComparer.Ordinal).ThenBy(table => table.Name, StringComparer.Ordinal);

    internal IReadOnlyList<SourceSettings> Sources => settings.Sources;

    internal IReadOnlyList<ProtectRule> Rules => protect.Rules;

    /// <summary>Looks at one record.</summary>
    public void Look(in RawRecord record)
    {
        if (!topics.TryGetValue(record.Topic, out var topic))
            topics.Add(record.Topic, topic = new TopicSurvey());
        topic.Records++;
        topic.NewestTimestampMilliseconds = Math.Max(topic.NewestTimestampMilliseconds, record.TimestampMilliseconds);
        DecodeResult result;
        try
        {
            result = decoder.Decode(record);
        }
        catch (SchemaNotNowException exception)
        {
            topic.WithoutSchema++;
            topic.WhyWithoutSchema ??= exception.Message;
            return;
        }
        if (result.Rejection is { } rejection)
        {
            if (topic.Rejected++ == 0)
                (topic.FirstRejection, topic.FirstRejectedAt) = (rejection, (record.Partition, record.Offset));
            return;
        }
        foreach (var change in result.Changes)
            Look(record.Topic, change);
    }

    /// <summary>What the records showed.</summary>
    /// <param name="nowMilliseconds">The present, in milliseconds since the Unix epoch.</param>
    public IReadOnlyList<Finding> Findings(long nowMilliseconds) => [.. SurveyRules.Findings(this, nowMilliseconds)];

    /// <summary>What is wrong with sources that get none of the raw topics there are.</summary>
    /// <param name="rawTopics">The names of all raw topics.</param>
    public IReadOnlyList<Finding> SourcesWithoutTopic(IReadOnlyCollection<string> rawTopics) => [.. SurveyRules.SourcesWithoutTopic(this, rawTopics)];

    /// <summary>The places in <c>Sources</c> of those whose pattern matches a topic; the first one counts.</summary>
    public IReadOnlyList<int> SourcesOf(string topic) =>
        [.. Enumerable.Range(0, patterns.Length).Where(index => patterns[index] is not { } pattern || pattern.IsMatch(topic))];

    /// <summary>The key that a control record of this topic gives a table; null when none did.</summary>
    internal IReadOnlyList<string>? DefinedKey(TableSurvey table) => definedKeys.GetValueOrDefault((table.Topic, table.Name));

    private void Look(string topic, RowChange change)
    {
        var reference = change.Facts.Table;
        if (change.Facts.Operation == ChangeOperation.Schema && reference.Kind == "dms" && KeyDefinition.Read(change.Facts.Detail.Span) is { } key)
            definedKeys[(topic, TableSurvey.NameOf(reference))] = key;
        if (change.Facts.Operation >= ChangeOperation.Schema || change.Facts.Operation == ChangeOperation.Truncate)
            return;
        if (!tables.TryGetValue((topic, reference), out var table))
        {
            if (tables.Count == MaxTables)
                return;
            tables.Add((topic, reference), table = new TableSurvey(reference, topic));
        }
        table.Add(change);
    }
}
