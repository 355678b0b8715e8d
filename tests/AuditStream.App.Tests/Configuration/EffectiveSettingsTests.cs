using AuditStream.App.Configuration;

namespace AuditStream.App.Tests.Configuration;

public sealed class EffectiveSettingsTests
{
    [Fact]
    public void The_hash_does_not_depend_on_the_order_of_names()
    {
        var one = Hash("Sources:0:Tables:a.b:Key=x", "Sources:0:Tables:a.c:Key=y");
        var other = Hash("Sources:0:Tables:a.c:Key=y", "Sources:0:Tables:a.b:Key=x");
        one.ShouldBe(other);
        one.Length.ShouldBe(64);
    }

    [Theory]
    [InlineData("Sources:0:Name=bank")]
    [InlineData("Sources:0:ReplicaIdentity=full")]
    [InlineData("Sources:0:Tables:a.b:Key=x")]
    [InlineData("Protect:Rules:0:Action=mask")]
    [InlineData("Protect:Version=2")]
    [InlineData("Emit:Images=none")]
    public void The_hash_follows_what_decides_an_event(string setting) => Hash(setting).ShouldNotBe(Hash());

    [Theory]
    [InlineData("Streams:Threads=2")]
    [InlineData("Kafka:BootstrapServers=b:1")]
    [InlineData("Postgres:ConnectionString=Host=h")]
    [InlineData("Identity:Key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void The_hash_ignores_how_events_travel(string setting) => Hash(setting).ShouldBe(Hash());

    [Fact]
    public void Secrets_are_marked()
    {
        const string Key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        var options = ConfigurationReader.Read(file: null, ["Raw:Topics=t", "Identity:Key=" + Key, "Kafka:Client:sasl.password=" + Key]);
        EffectiveSettings.List(options).Where(setting => setting.Value == Key).Select(setting => setting.IsSensitive).ShouldBe([true, true]);
    }

    private static string Hash(params string[] settings) =>
        EffectiveSettings.NormalizerHash(ConfigurationReader.Read(file: null, ["Raw:Topics=t", .. settings]));
}
