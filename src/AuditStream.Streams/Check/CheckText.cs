using System.Globalization;
using AuditStream.Streams.Settings;

namespace AuditStream.Streams.Check;

/// <summary>Words that several rules share.</summary>
internal static class CheckText
{
    private const int MaxNames = 8;

    /// <summary>A sentence with numbers as everybody reads them.</summary>
    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Some names of many.</summary>
    public static string Names(IReadOnlyCollection<string> names) => names.Count switch
    {
        0 => "none",
        <= MaxNames => string.Join(", ", names),
        _ => Invariant($"{string.Join(", ", names.Take(MaxNames))} and {names.Count - MaxNames} more"),
    };

    /// <summary>The command that gives a topic another setting.</summary>
    public static string Alter(StreamsSettings settings, string topic, string setting) =>
        $"kafka-configs.sh --bootstrap-server {settings.BootstrapServers} --alter --entity-type topics --entity-name {topic} --add-config {setting}";

    /// <summary>The command that gives a right.</summary>
    public static string Grant(StreamsSettings settings, string operation, string resource) =>
        $"kafka-acls.sh --bootstrap-server {settings.BootstrapServers} --add --allow-principal User:<this login> --operation {operation} {resource}";
}
