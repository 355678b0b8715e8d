using AuditStream.Testing;

namespace AuditStream.App.Tests.Explain;

/// <summary>Messages of DynamoDB, of triggers and of activity streams, and wrappers of AWS, from public documentation and captures through
/// <c>explain --json</c>: every field means what was published.</summary>
public sealed class PublishedAwsTests
{
    [FixturesFact]
    public async Task DynamoDB_on_Kinesis()
    {
        var samples = PublishedSample.Read("dynamodb-kinesis");
        samples.Count.ShouldBe(2);
        foreach (var sample in samples)
            PublishedComparison.Of(sample.Expected, (await Explained.OfAsync(sample.Path)).ShouldHaveSingleItem()).ShouldBeEmpty(sample.Name);
    }

    [FixturesFact]
    public async Task DynamoDB_Streams_in_a_Lambda_event()
    {
        var sample = PublishedSample.Read("dynamodb-streams").ShouldHaveSingleItem();
        // Its ARN is none, and names no table: configuration must.
        var unnamed = (await Explained.OfAsync(sample.Path)).ShouldHaveSingleItem();
        unnamed.Outcome.ShouldBe("reject");
        unnamed.Reason.ShouldBe("missing-member");
        var answer = (await Explained.OfAsync(sample.Path, "--topic", "messages", "--set", "Sources:0:TopicPattern=(?<table>.+)")).ShouldHaveSingleItem();
        PublishedComparison.Of(sample.Expected, answer).ShouldBeEmpty();
        answer.Events.Select(body => body.GetProperty("operation").GetString()).ShouldBe(["insert", "update", "delete"]);
        answer.Events.Select(body => body.GetProperty("source").GetProperty("position").GetString()).ShouldBe(["111", "222", "333"]);
        answer.Events[1].GetProperty("changed").ToString().ShouldBe("[\"Message\"]");
        answer.Events[0].GetProperty("source").GetProperty("table_from").GetString().ShouldBe("configuration");
    }

    [FixturesFact]
    public async Task DMS_on_Kinesis_in_a_Lambda_event()
    {
        var sample = PublishedSample.Read("aws-envelopes").ShouldHaveSingleItem();
        var answer = (await Explained.OfAsync(sample.Path)).ShouldHaveSingleItem();
        answer.Outcome.ShouldBe("event");
        answer.Events.Length.ShouldBe(sample.Expected.GetProperty("records").GetInt32());
        answer.Events.Select(body => body.GetProperty("operation").GetString()).ShouldBe(["insert", "delete", "insert"]);
        answer.Events.Select(body => body.GetProperty("source").GetProperty("table").GetString()).ShouldBe(["task_instance", "dag_run", "dag_run"]);
        // All three have one sequence number.
        answer.Events.Select(body => body.GetProperty("event_id").GetString()).Distinct().Count().ShouldBe(3);
    }

    [FixturesFact]
    public async Task Triggers()
    {
        var samples = PublishedSample.Read("pg-trigger");
        samples.Count.ShouldBe(2);
        foreach (var sample in samples)
        {
            var answer = (await Explained.OfAsync(
                sample.Path, "--topic", "shop", "--set", "Sources:0:TopicPattern=(?<table>.+)", "--set", "Sources:0:Schema=public",
                "--set", "Sources:0:Tables:public.shop:Key:0=id",
                "--set", "Sources:0:Tables:app.profiles:Key:0=id")).ShouldHaveSingleItem();
            PublishedComparison.Of(sample.Expected, answer).ShouldBeEmpty(sample.Name);
        }
    }

    [FixturesFact]
    public async Task Activity_streams()
    {
        var sample = PublishedSample.Read("das").ShouldHaveSingleItem();
        var answer = (await Explained.OfAsync(sample.Path)).ShouldHaveSingleItem();
        answer.Outcome.ShouldBe("skip");
        answer.Reason.ShouldBe(sample.Expected.GetProperty("class").GetString());
    }
}
