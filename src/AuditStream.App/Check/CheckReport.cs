using System.Text.Json;
using AuditStream.App.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.Core.Check;

namespace AuditStream.App.Check;

/// <summary>The findings of one check, written for a person or for a program, and the exit code that they mean.</summary>
public sealed class CheckReport
{
    private const int MarkWidth = 8;
    private readonly List<Finding> findings = [];

    /// <summary>What the findings mean: configuration before what is wrong, before what was not reached.</summary>
    public int ExitCode
    {
        get
        {
            var errors = findings.Where(finding => finding.Severity == Severity.Error).ToList();
            if (errors.Count == 0)
                return CommandLine.ExitCode.Done;
            if (errors.Exists(finding => finding.Section == CheckSection.Configuration || finding.Code == "identity-key"))
                return CommandLine.ExitCode.Usage;
            return errors.TrueForAll(finding => finding.Code is "kafka-not-reachable" or "store-not-reachable" or "registry-not-read" or "schema-not-told")
                ? CommandLine.ExitCode.NotReachable
                : CommandLine.ExitCode.FoundWrong;
        }
    }

    /// <summary>Adds a finding and, when there is an output, writes it at once, under its section.</summary>
    public void Add(Finding finding, TextWriter? output)
    {
        if (output is not null)
        {
            if (findings.Count == 0 || findings[^1].Section != finding.Section)
                output.WriteLine($"{(findings.Count == 0 ? "" : Environment.NewLine)}{Title(finding.Section)}");
            output.WriteLine($"  {Name(finding.Severity).PadRight(MarkWidth)} {finding.Subject}: {finding.What}");
            var indent = new string(' ', MarkWidth + 3);
            if (finding.Why is { } why)
                output.WriteLine($"{indent}why:  {why}");
            if (finding.Mend is { } mend)
                output.WriteLine($"{indent}mend: {mend}");
        }
        findings.Add(finding);
    }

    /// <summary>Adds the problems of a configuration that cannot be used.</summary>
    public void Add(ConfigurationException exception)
    {
        foreach (var problem in exception.Problems)
        {
            Add(Finding.Error(CheckSection.Configuration, "configuration-problem", problem.Origin is null ? problem.Key : $"{problem.Key} ({problem.Origin})",
                $"{problem.Message}.", "Nothing was connected to.", "Correct it; auditstream config keys lists every setting."), output: null);
        }
    }

    /// <summary>The last line for a person.</summary>
    public void WriteSummary(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"{Count(Severity.Error)} errors, {Count(Severity.Warning)} warnings, {Count(Severity.Ok)} ok");
    }

    /// <summary>The whole as one JSON object: docs/CHECK.md.</summary>
    public void WriteJson(TextWriter output) => JsonDocumentText.Write(output, writer =>
    {
        writer.WriteNumber("exit_code", ExitCode);
        writer.WriteStartObject("counts");
        foreach (var severity in Enum.GetValues<Severity>())
            writer.WriteNumber(Name(severity), Count(severity));
        writer.WriteEndObject();
        writer.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            writer.WriteStartObject();
            writer.WriteString("section", JsonNamingPolicy.KebabCaseLower.ConvertName(finding.Section.ToString()));
            writer.WriteString("code", finding.Code);
            writer.WriteString("severity", Name(finding.Severity));
            writer.WriteString("subject", finding.Subject);
            writer.WriteString("what", finding.What);
            writer.WriteString("why", finding.Why);
            writer.WriteString("mend", finding.Mend);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });

    private int Count(Severity severity) => findings.Count(finding => finding.Severity == severity);

    private static string Name(Severity severity) => JsonNamingPolicy.KebabCaseLower.ConvertName(severity.ToString());

    private static string Title(CheckSection section) => section switch
    {
        CheckSection.RawTopics => "Raw topics",
        CheckSection.OwnTopics => "Own topics",
        _ => section.ToString(),
    };
}
