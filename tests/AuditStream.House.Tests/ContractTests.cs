using System.Text.Json;
using System.Text.RegularExpressions;
using AuditStream.App.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.Testing;

namespace AuditStream.House.Tests;

/// <summary>What others build on is approved: a change shows up here first, as a difference that somebody has to read.</summary>
/// <remarks><c>AUDITSTREAM_APPROVE=1 ./dev test --filter ContractTests</c> rewrites the approved files.</remarks>
public sealed partial class ContractTests
{
    private static readonly string approvedFolder = Path.Combine(Repository.Root, "tests", "AuditStream.House.Tests", "Approved");

    [Fact]
    public async Task Help_of_every_verb_is_approved()
    {
        var all = new List<string>();
        string[][] pages = [["--help"], .. Cli.Root().Subcommands.Select(verb => (string[])[verb.Name, "--help"])];
        foreach (var page in pages)
        {
            var text = new StringWriter { NewLine = "\n" };
            (await Cli.RunAsync(page, text, text, CancellationToken.None)).ShouldBe(ExitCode.Done);
            // Lines wrap at the terminal's width, and the usage line names the process that hosts the command line: here a test host.
            var words = Blanks().Replace(HostName().Replace(text.ToString(), "auditstream"), " ");
            all.AddRange([$"$ auditstream {string.Join(' ', page)}", .. HelpParts().Split(words).Select(part => part.Trim()), ""]);
        }
        Approve("cli-help.txt", string.Join('\n', all));
    }

    [Fact]
    public void Configuration_keys_are_approved() =>
        Approve("configuration-keys.txt", string.Join('\n', ConfigurationCatalog.All.Select(key => $"{key.Path} ({key.Type}) = {key.Default}")));

    [Fact]
    public void The_schema_of_the_configuration_file_is_what_the_program_prints() => Approve("../../../schemas/appsettings.schema.json", SettingsSchema.Text());

    [Fact]
    public void Metric_names_are_approved()
    {
        var metrics =
            from file in Repository.CSharpFiles("src")
            let text = string.Join('\n', Repository.Lines(file))
            from Match match in Instrument().Matches(text)
            select $"{match.Groups[2].Value} ({match.Groups[1].Value})";
        Approve("metric-names.txt", string.Join('\n', metrics.Distinct().Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Members_of_the_event_schema_are_approved()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Repository.Root, "schemas/audit-event/auditstream-1.schema.json"));
        var reader = new Utf8JsonReader(bytes);
        var path = new List<string>();
        var members = new List<string>();
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            path.RemoveRange(reader.CurrentDepth - 1, path.Count - (reader.CurrentDepth - 1));
            path.Add(reader.GetString() ?? "");
            if (path.Count >= 2 && path[^2] == "properties")
                members.Add(string.Join('.', path.Where(part => part is not ("properties" or "items"))));
        }
        Approve("event-members.txt", string.Join('\n', members));
    }

    [Fact]
    public void Grants_of_the_audit_schema_are_approved()
    {
        var grants =
            from file in Directory.GetFiles(Path.Combine(Repository.Root, "schemas/audit-table"), "*.sql").Order(StringComparer.Ordinal)
            from Match match in Grant().Matches(File.ReadAllText(file))
            select $"{Path.GetFileName(file)}: {Blanks().Replace(match.Value, " ")}";
        Approve("sql-grants.txt", string.Join('\n', grants));
    }

    private static void Approve(string file, string actual)
    {
        actual.Length.ShouldBeGreaterThan(20, $"what {file} approves");
        if (ApprovedText.Fault(Path.Combine(approvedFolder, file), actual, ApprovedText.Lines) is { } fault)
            Assert.Fail(fault);
    }

    [GeneratedRegex(@"\b(testhost|ReSharperTestRunner|vstest\.console|dotnet)\b(?= |$)", RegexOptions.Multiline)]
    private static partial Regex HostName();

    [GeneratedRegex(@"^(?:GRANT|REVOKE|ALTER DEFAULT PRIVILEGES) [^;]+;", RegexOptions.Multiline)]
    private static partial Regex Grant();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"(?= (?:Description:|Usage:|Options:|Commands:|Examples:|Exit codes:|--[a-z]|auditstream) )")]
    private static partial Regex HelpParts();

    [GeneratedRegex(@"Create(Counter|UpDownCounter|Histogram|Gauge|ObservableGauge|ObservableCounter|ObservableUpDownCounter)(?:<\w+>)?\(\s*""([^""]+)""")]
    private static partial Regex Instrument();
}
