using AuditStream.Streams.Settings;

namespace AuditStream.Streams.Tests.Settings;

public sealed class ClientSettingsTests
{
    private static readonly StreamsSettings Settings = new() { BootstrapServers = "broker:9092", RawTopics = ["raw"] };

    [Fact]
    public void A_consumer_commits_nothing_by_itself_and_waits_for_pending_offsets()
    {
        var values = ClientSettings.Consumer(Settings, "client", "group", excludedTopics: null);
        values["enable.auto.commit"].ShouldBe("false");
        values["isolation.level"].ShouldBe("read_committed");
        values["auto.offset.reset"].ShouldBe("earliest");
        values["group.protocol"].ShouldBe("classic");
        values["topic.metadata.refresh.interval.ms"].ShouldBe("10000");
        values["session.timeout.ms"].ShouldBe("6000");
        values["heartbeat.interval.ms"].ShouldBe("1500");
        values.ShouldNotContainKey("topic.blacklist");
    }

    [Fact]
    public void Members_move_as_the_settings_say_and_the_sink_always_all_at_once()
    {
        const string Assignor = "partition.assignment.strategy";
        var cooperative = Settings with { Rebalance = RebalanceProtocol.Cooperative };
        ClientSettings.Consumer(Settings, "client", "auditstream", excludedTopics: null)[Assignor].ShouldBe("roundrobin");
        ClientSettings.Consumer(cooperative, "client", "auditstream", excludedTopics: null)[Assignor].ShouldBe("cooperative-sticky");
        ClientSettings.Consumer(cooperative, "client", cooperative.ImagesGroup, excludedTopics: null)[Assignor].ShouldBe("cooperative-sticky");
        ClientSettings.Consumer(cooperative, "client", cooperative.SinkGroup, excludedTopics: null)[Assignor].ShouldBe("roundrobin");
    }

    [Fact]
    public void A_static_member_is_known_by_its_client_and_by_nothing_else()
    {
        ClientSettings.Consumer(Settings, "app-pod-0-1", "group", excludedTopics: null).ShouldNotContainKey("group.instance.id");
        ClientSettings.Consumer(Settings with { HasStaticMembers = true }, "app-pod-0-1", "group", excludedTopics: null)["group.instance.id"]
            .ShouldBe("app-pod-0-1");
    }

    [Fact]
    public void A_producer_hashes_as_the_Java_client_and_is_idempotent()
    {
        var values = ClientSettings.Producer(Settings, "client", "id");
        values["partitioner"].ShouldBe("murmur2_random");
        values["enable.idempotence"].ShouldBe("true");
        values["acks"].ShouldBe("all");
        values["transactional.id"].ShouldBe("id");
        values["transaction.timeout.ms"].ShouldBe("10000");
        ClientSettings.Producer(Settings, "client", transactionalId: null).ShouldNotContainKey("transactional.id");
    }

    [Fact]
    public void What_is_passed_through_reaches_the_clients_it_names()
    {
        var settings = Settings with
        {
            Client = new Dictionary<string, string>
            {
                ["security.protocol"] = "ssl", ["producer.linger.ms"] = "50", ["consumer.fetch.min.bytes"] = "10",
            },
        };
        var producer = ClientSettings.Producer(settings, "client", "id");
        var consumer = ClientSettings.Consumer(settings, "client", "group", excludedTopics: null);
        (producer["security.protocol"], consumer["security.protocol"]).ShouldBe(("ssl", "ssl"));
        ClientSettings.Admin(settings, "client")["security.protocol"].ShouldBe("ssl");
        producer["linger.ms"].ShouldBe("50");
        consumer["fetch.min.bytes"].ShouldBe("10");
        producer.Keys.ShouldNotContain(name => name.Contains("fetch", StringComparison.Ordinal));
        consumer.Keys.ShouldNotContain(name => name.Contains("linger", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("group.id")]
    [InlineData("enable.auto.commit")]
    [InlineData("consumer.isolation.level")]
    [InlineData("producer.transactional.id")]
    [InlineData("enable.idempotence")]
    [InlineData("partitioner")]
    [InlineData("dotnet.producer.enable.delivery.reports")]
    public void What_the_loop_depends_on_is_refused(string name)
    {
        var problem = SettingsCheck.Problems(Settings with { Client = new Dictionary<string,
            string> { [name] = "x" } }).ShouldHaveSingleItem();
        problem.ShouldStartWith($"The client setting {name} cannot be passed through: ");
    }

    [Fact]
    public void Own_topics_are_excluded_whatever_their_names_hold() =>
        ClientSettings.ExcludedTopics(Settings with { ApplicationId = "my.app" })
            .ShouldBe(@"^audit\.events$,^audit\.events\.dlq$,^my\.app-.*," + ClientSettings.InternalTopics + ",^.*-(changelog|repartition)$");

    [Fact]
    public void Internal_topics_of_other_applications_are_left_out_of_a_pattern_unless_one_is_named()
    {
        var pattern = Settings with { RawTopics = [], RawPattern = ".*" };
        SettingsCheck.IsLeftOut(pattern, "billing-store-changelog").ShouldBeTrue();
        SettingsCheck.IsLeftOut(pattern, "other-row-images-repartition").ShouldBeTrue();
        SettingsCheck.IsLeftOut(pattern, "shop.public.changelog").ShouldBeFalse();
        SettingsCheck.IsLeftOut(pattern, "__debezium-heartbeat.shop").ShouldBeFalse();
        var named = pattern with { RawTopics = ["billing-changelog"] };
        SettingsCheck.IsLeftOut(named, "billing-changelog").ShouldBeFalse();
        ClientSettings.ExcludedTopics(named).ShouldNotContain("changelog");
        SettingsCheck.IsLeftOut(named, "auditstream-tasks").ShouldBeTrue();
    }

    [Fact]
    public void Every_problem_is_told_at_once()
    {
        var problems = SettingsCheck.Problems(new StreamsSettings
        {
            BootstrapServers = "b",
            RawTopics = ["audit.events", "auditstream-x", "__consumer_offsets"],
            Threads = 0,
            CommitIntervalMilliseconds = 5_000,
            TransactionTimeoutMilliseconds = 1_000,
        });
        problems.Count.ShouldBe(5);
        SettingsCheck.Problems(Settings).ShouldBeEmpty();
        SettingsCheck.Problems(Settings with { RawTopics = [] }).ShouldBe(["Neither raw topics nor a pattern for them are given."]);
    }

    [Theory]
    [InlineData("shop\\..*", "^(shop\\..*)$")]
    [InlineData("^a|b$", "^(a|b)$")]
    [InlineData("cost\\$", "^(cost\\$)$")]
    public void A_pattern_covers_the_whole_name(string pattern, string subscribed) =>
        RawSubscription.Of(Settings with { RawPattern = pattern }).ShouldBe(["raw", subscribed]);
}
