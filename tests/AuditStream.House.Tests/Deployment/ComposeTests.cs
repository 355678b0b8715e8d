using System.Text.RegularExpressions;
using AuditStream.App.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.Testing;

namespace AuditStream.House.Tests.Deployment;

/// <summary>Holds compose/ to the program and to itself: no container engine runs here, so what can be read is read.</summary>
public sealed partial class ComposeTests
{
    private const string Service = "auditstream";
    private static readonly IReadOnlyDictionary<string, ComposeService> services = ComposeFile.Read().Services;
    private static readonly IReadOnlyDictionary<string, string> connector = ConnectorFile.Read();

    [Theory]
    [InlineData("auditstream")]
    [InlineData("migrate")]
    public void The_programs_variables_are_settings_with_valid_values(string service)
    {
        services[service].Settings.ShouldNotBeEmpty();
        Should.NotThrow(() => Options(service)); // an unknown key or a value out of range throws, all of them named
    }

    [Fact]
    public void Every_service_has_the_same_settings_but_the_owners_connection() =>
        services["migrate"].Settings.Keys.Except(services[Service].Settings.Keys).ShouldBe(["POSTGRES:OWNERCONNECTIONSTRING"]);

    [Fact]
    public void The_verbs_are_the_programs() =>
        services.Values.Where(service => service.Build is not null).Select(service => service.Command[0])
            .Except(Cli.Root().Subcommands.Select(verb => verb.Name)).ShouldBeEmpty();

    [Fact]
    public void Images_are_pinned_to_a_version() =>
        services.Values.Where(service => !PinnedImage().IsMatch(service.Image)).Select(service => service.Image).ShouldBeEmpty();

    [Fact]
    public void Images_that_are_built_say_the_programs_version() =>
        services.Values.Where(service => service.Build is not null).Select(service => service.Image).Distinct().ShouldBe([$"auditstream:{AuditStream.App.Product.Version}"]);

    [Fact]
    public void Builds_name_files_that_are_there()
    {
        foreach (var (context, dockerfile) in services.Values.Select(service => service.Build).OfType<(string, string)>())
        {
            var root = Path.GetFullPath(Path.Combine(Repository.Root, "compose", context));
            root.ShouldBe(Repository.Root);
            File.Exists(Path.Combine(root, dockerfile)).ShouldBeTrue(dockerfile);
        }
    }

    [Fact]
    public void Mounted_files_are_there_and_volumes_are_declared_and_used()
    {
        var sources = services.Values.SelectMany(service => service.Mounts).Select(mount => mount.Source).ToList();
        foreach (var file in sources.Where(source => source.StartsWith('.')))
            Path.Exists(Path.Combine(Repository.Root, "compose", file)).ShouldBeTrue(file);
        sources.Where(source => !source.StartsWith('.')).Distinct().Order().ShouldBe(ComposeFile.Read().Volumes.Order());
    }

    [Fact]
    public void Ports_are_open_to_this_machine_only() =>
        services.Values.SelectMany(service => service.Ports).Where(port => !port.StartsWith("127.0.0.1:", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void Who_is_waited_for_is_there_and_can_become_what_is_waited_for()
    {
        foreach (var service in services.Values)
        {
            foreach (var (other, condition) in service.DependsOn)
            {
                services.Keys.ShouldContain(other, service.Name);
                if (condition == "service_healthy")
                    services[other].HealthCheck.ShouldNotBeEmpty($"{service.Name} waits until {other} is healthy");
                else
                    (condition, services[other].Restart).ShouldBe(("service_completed_successfully", ""), $"{service.Name} waits for {other}");
            }
        }
    }

    [Fact]
    public void Hosts_and_ports_that_are_named_are_those_of_services()
    {
        var broker = services["kafka"].Environment["KAFKA_ADVERTISED_LISTENERS"].Replace("PLAINTEXT://", "", StringComparison.Ordinal);
        broker.ShouldStartWith("kafka:");
        services["connect"].Environment["BOOTSTRAP_SERVERS"].ShouldBe(broker);
        services["kafka"].HealthCheck.ShouldContain(broker);
        Options(Service).Kafka.BootstrapServers.ShouldBe(broker);

        var rest = services["connect"].Ports.Single().Split(':')[^1];
        services["connect"].HealthCheck.ShouldContain($"http://localhost:{rest}/connectors");
        services["register"].Command.ShouldContain($"http://connect:{rest}/connectors/{connector["name"]}/config");
        services.Keys.ShouldContain(connector["database.hostname"]);
        connector["database.port"].ShouldBe("5432");

        services[Service].Ports.ShouldBe([$"127.0.0.1:{Options(Service).Http.Port}:{Options(Service).Http.Port}"]);
    }

    [Fact]
    public void The_broker_can_hold_transactions_alone()
    {
        var environment = services["kafka"].Environment;
        foreach (var name in new[] { "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR" })
            environment[name].ShouldBe("1", name);
        environment["KAFKA_AUTO_CREATE_TOPICS_ENABLE"].ShouldBe("false");
        services["kafka"].Mounts.Single().Target.ShouldBe(environment["KAFKA_LOG_DIRS"]);
    }

    [Fact]
    public void Logins_of_the_store_exist_with_their_roles_and_passwords()
    {
        var sql = File.ReadAllText(Path.Combine(Repository.Root, "compose/store/10-roles.sql"));
        var made = LoginRole().Matches(sql)
            .ToDictionary(match => match.Groups[1].Value, match => (Variable: match.Groups[2].Value, Role: match.Groups[3].Value));
        var variables = GetEnvironment().Matches(sql).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        var connections = new[]
        {
            (Options(Service).Postgres.ConnectionString, "audit_writer"), (Options("migrate").Postgres.OwnerConnectionString.ShouldNotBeNull(), "audit_owner"),
        };
        foreach (var (text, role) in connections)
        {
            var parts = text.Split(';').Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
            var store = services[parts["Host"]];
            parts["Database"].ShouldBe(store.Environment["POSTGRES_DB"]);
            made[parts["Username"]].Role.ShouldBe(role);
            parts["Password"].ShouldBe(store.Environment[variables[made[parts["Username"]].Variable]]);
        }
        made["auditor"].Role.ShouldBe("audit_reader");
        var schema = File.ReadAllText(Path.Combine(Repository.Root, "schemas/audit-table/000_begin.sql"));
        foreach (var (_, role) in made.Values)
            schema.ShouldContain($"'{role}'");
    }

    [Fact]
    public void The_service_writes_to_its_volume_only()
    {
        services[Service].IsReadOnly.ShouldBeTrue();
        services[Service].Mounts.Select(mount => mount.Target).ShouldContain(Path.GetDirectoryName(Options(Service).Identity.KeyFile));
        services["migrate"].Mounts.ShouldBe(services[Service].Mounts);
    }

    /// <summary>A service's settings as the program reads them.</summary>
    internal static AuditStreamOptions Options(string service) =>
        ConfigurationReader.Read(file: null, [.. services[service].Settings.Select(setting => $"{setting.Key}={setting.Value}")]);

    [GeneratedRegex(@"^[\w./-]+:\d+\.\d+[\w.-]*$")]
    private static partial Regex PinnedImage();

    [GeneratedRegex(@"create role (\w+) login password :'(\w+)' in role (\w+);")]
    private static partial Regex LoginRole();

    [GeneratedRegex(@"\\getenv (\w+) (\w+)")]
    private static partial Regex GetEnvironment();
}
