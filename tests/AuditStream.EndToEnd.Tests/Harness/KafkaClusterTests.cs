using System.Text;
using AuditStream.EndToEnd.Tests.WithoutConnector;
using AuditStream.Testing;
using Confluent.Kafka;

namespace AuditStream.EndToEnd.Tests.Harness;

[Collection(RealStackCollection.Name)]
public sealed class KafkaClusterTests(RealStack stack)
{
    [RealKafkaAndPostgresFact]
    public async Task A_group_is_set_back_to_the_beginning_by_Kafkas_own_tool()
    {
        const string Group = "harness-group";
        await stack.Kafka.CreateTopicsAsync(partitions: 2, ["harness"]);
        using var producer = new RawProducer(stack.Kafka.BootstrapServers, "harness");
        producer.SendItems(25);
        await LagsAsync(Group, 25);

        using (var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = stack.Kafka.BootstrapServers,
            GroupId = Group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
        }).Build())
        {
            consumer.Subscribe("harness");
            for (var record = 0; record < 25; record++)
                consumer.Consume(TimeSpan.FromSeconds(60)).ShouldNotBeNull();
            consumer.Commit();
            consumer.Close();
        }
        await LagsAsync(Group, 0);
        await stack.Kafka.ResetGroupToEarliestAsync(Group, "harness");
        await LagsAsync(Group, 25);
    }

    [RealKafkaAndPostgresFact]
    public async Task Aborted_records_are_not_read()
    {
        await stack.Kafka.CreateTopicsAsync(partitions: 1, ["aborted"]);
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
        {
            BootstrapServers = stack.Kafka.BootstrapServers,
            TransactionalId = "harness-transaction",
        }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(60));
        foreach (var isKept in new[] { true, false, true })
        {
            producer.BeginTransaction();
            await producer.ProduceAsync("aborted", new Message<byte[]?, byte[]?> { Value = Encoding.UTF8.GetBytes(isKept ? "kept" : "dropped") });
            if (isKept)
                producer.CommitTransaction();
            else
                producer.AbortTransaction();
        }
        TopicReader.ReadAll(stack.Kafka.BootstrapServers, "aborted").Select(record => Encoding.UTF8.GetString(record.Value ?? []))
            .ShouldBe(["kept", "kept"]);
    }

    private Task LagsAsync(string group, long records) => Eventually.HoldsAsync(
        $"a lag of {records} records", TimeSpan.FromSeconds(60), async () => await stack.Kafka.LagAsync(group, ["harness"]) == records);
}
