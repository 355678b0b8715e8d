using AuditStream.Core.Account;
using AuditStream.Core.Normalize;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tasks;

namespace AuditStream.Streams.Loop;

/// <summary>What makes the one loop that of a sub-topology.</summary>
/// <param name="Name">The sub-topology: <see cref="TaskId.Normalize"/> or <see cref="TaskId.Images"/>.</param>
/// <param name="ClientPart">What stands in its clients' names and transactional ids before the thread's number.</param>
/// <param name="Input">What it reads, in words.</param>
/// <param name="Subscription">What it subscribes to.</param>
/// <param name="Consumer">Makes its consumer.</param>
/// <param name="Handlers">Makes the handler of a task: a new one at each call.</param>
/// <param name="Account">Makes what makes ledger events: a new one at each call; null for no ledger events.</param>
/// <param name="TellsOffsets">Whether its producer tells the offsets of records.</param>
internal sealed record LoopRole(
    string Name,
    string ClientPart,
    string Input,
    IReadOnlyList<string> Subscription,
    Func<string, IStreamConsumer> Consumer,
    Func<TaskId, IRecordHandler> Handlers,
    Func<PipelineEvents>? Account,
    bool TellsOffsets = false)
{
    /// <summary>Raw topics to the final topic.</summary>
    internal static LoopRole Normalize(
        StreamsSettings settings, IClientFactory clients, Func<TaskId, IRecordHandler> handlers, Func<PipelineEvents>? account) =>
        new(TaskId.Normalize, "", "raw topics", RawSubscription.Of(settings), clients.NormalizeConsumer, handlers, account);

    /// <summary>The repartition topic to the final topic.</summary>
    internal static LoopRole Images(
        StreamsSettings settings, IClientFactory clients, Func<TaskId, IImageHandler> handlers, Func<PipelineEvents>? account) =>
        new(TaskId.Images, "images-", "the repartition topic", [settings.RepartitionTopic], clients.ImagesConsumer, handlers, account,
            settings.ImagesOnDisk);

    /// <summary>Its consumer group.</summary>
    internal string GroupOf(StreamsSettings settings) => Name == TaskId.Images ? settings.ImagesGroup : settings.ApplicationId;

    /// <summary>True when it may own partitions of a topic.</summary>
    internal bool MayOwn(StreamsSettings settings, string topic) =>
        Name == TaskId.Images ? topic == settings.RepartitionTopic : !SettingsCheck.IsOwn(settings, topic);
}
