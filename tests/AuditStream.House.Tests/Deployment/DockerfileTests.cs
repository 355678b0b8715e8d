using System.Text.Json;
using System.Text.RegularExpressions;
using AuditStream.App.CommandLine;
using AuditStream.App.Configuration;

namespace AuditStream.House.Tests.Deployment;

/// <summary>Holds deploy/Dockerfile to the repository and to the program.</summary>
public sealed partial class DockerfileTests
{
    private const string App = "src/AuditStream.App/AuditStream.App.csproj";
    private static readonly Dockerfile file = Dockerfile.Read();

    [Fact]
    public void Images_are_pinned_to_a_version() =>
        file.All("FROM").Select(arguments => Option().Replace(arguments, "").Split(' ')[0]).Where(image => !PinnedImage().IsMatch(image)).ShouldBeEmpty();

    [Fact]
    public void What_is_copied_is_there()
    {
        foreach (var arguments in file.All("COPY").Where(arguments => !arguments.Contains("--from=", StringComparison.Ordinal)))
        {
            foreach (var path in arguments.Split(' ')[..^1])
                Path.Exists(Path.Combine(Repository.Root, path)).ShouldBeTrue(path);
        }
    }

    [Fact]
    public void Every_project_that_the_program_consists_of_is_restored_before_the_code_is_copied()
    {
        var beforeRestore = file.Instructions.TakeWhile(instruction => instruction.Name != "RUN").SelectMany(instruction => instruction.Arguments.Split(' '));
        var projects = new HashSet<string>();
        Collect(App, projects);
        projects.Count.ShouldBe(5);
        projects.Except(beforeRestore).ShouldBeEmpty();
    }

    [Fact]
    public void The_builder_gets_what_it_copies_and_no_build_output()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "deploy/Dockerfile.dockerignore")).Where(line => line.Length > 0 && line[0] != '#').ToList();
        lines[0].ShouldBe("*");
        var let = lines.Where(line => line[0] == '!').Select(line => line[1..]).ToList();
        var copied = file.All("COPY").Where(arguments => !arguments.Contains("--from=", StringComparison.Ordinal)).SelectMany(arguments => arguments.Split(' ')[..^1]);
        copied.Where(path => !let.Contains(path) && !let.Contains(path.Split('/')[0])).ShouldBeEmpty();
        lines[^2..].ShouldBe(["**/bin", "**/obj"]);
        let.ShouldNotContain("Directory.Local.props");
    }

    [Fact]
    public void The_entry_point_is_what_publish_makes()
    {
        var name = AssemblyName().Match(File.ReadAllText(Path.Combine(Repository.Root, App))).Groups[1].Value;
        string[] entryPoint = ["dotnet", $"/app/{name}.dll"];
        Words(file.One("ENTRYPOINT")).ShouldBe(entryPoint);
        Words(file.One("HEALTHCHECK")[file.One("HEALTHCHECK").IndexOf('[')..]).ShouldBe([.. entryPoint, "health"]);
        var verbs = Cli.Root().Subcommands.Select(verb => verb.Name).ToList();
        verbs.ShouldContain("health");
        verbs.ShouldContain(Words(file.One("CMD")).Single());
        file.All("RUN").ShouldContain(run => run.Contains($"dotnet publish {App} ", StringComparison.Ordinal) && run.Contains(" -o /app ", StringComparison.Ordinal));
    }

    [Fact]
    public void It_runs_without_rights_and_ends_cleanly()
    {
        file.One("USER").ShouldBe("$APP_UID");
        file.One("STOPSIGNAL").ShouldBe("SIGTERM");
        file.Result.Select(instruction => instruction.Name).ShouldNotContain("RUN"); // there is no shell in it
    }

    [Fact]
    public void Its_variables_are_settings_and_its_port_the_programs()
    {
        var variables = file.One("ENV").Split(' ').Select(variable => variable.Split('=', 2))
            .Where(pair => pair[0].StartsWith(ConfigurationReader.EnvironmentPrefix, StringComparison.Ordinal))
            .Select(pair => $"{pair[0][ConfigurationReader.EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal)}={pair[1]}").ToList();
        var options = ConfigurationReader.Read(file: null, [.. variables, "Raw:Topics=t"]);
        options.Http.Host.ShouldBe("*");
        file.One("EXPOSE").ShouldBe(options.Http.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        file.One("WORKDIR").ShouldBe(Path.GetDirectoryName(ComposeTests.Options("auditstream").Identity.KeyFile));
    }

    private static string[] Words(string json) => JsonSerializer.Deserialize<string[]>(json) ?? [];

    private static void Collect(string project, HashSet<string> projects)
    {
        if (!projects.Add(project))
            return;
        foreach (Match match in ProjectReference().Matches(File.ReadAllText(Path.Combine(Repository.Root, project))))
            Collect($"src/{match.Groups[1].Value}", projects);
    }

    [GeneratedRegex(@"--\w+=\S+ ")]
    private static partial Regex Option();

    [GeneratedRegex(@"^[\w./-]+:\d+\.\d+[\w.-]*$")]
    private static partial Regex PinnedImage();

    [GeneratedRegex("<AssemblyName>(.+)</AssemblyName>")]
    private static partial Regex AssemblyName();

    [GeneratedRegex("""<ProjectReference Include="\.\./([^"]+)" """)]
    private static partial Regex ProjectReference();
}
