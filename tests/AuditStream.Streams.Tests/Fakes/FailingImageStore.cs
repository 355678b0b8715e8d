using AuditStream.Core.Images;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>A store that outlives its handlers and fails when a test says so: true for a failure, in the order of the calls.</summary>
internal sealed class FailingImageStore : IRowImageStore
{
    private readonly MemoryImageStore images = new();
    private bool isOpen;

    internal Queue<bool> OnOpen { get; } = new();

    internal Queue<bool> OnWrite { get; } = new();

    internal Queue<bool> OnGet { get; } = new();

    internal List<string> Calls { get; } = [];

    public bool HasForgotten => false;

    public bool IsDurable => true;

    public bool IsSorted => false;

    public long Rows => images.Rows;

    public long Bytes => images.Bytes;

    public long? Checkpoint => images.Checkpoint;

    public void Open()
    {
        Do("open", OnOpen, isCalledWhenClosed: true);
        isOpen = true;
    }

    public void Clear()
    {
        Calls.Add("clear");
        images.Clear();
    }

    public void Restored() => Calls.Add("restored");

    public bool TryGet(ReadOnlySpan<byte> address, out ReadOnlyMemory<byte> image)
    {
        Do(call: null, OnGet);
        return images.TryGet(address, out image);
    }

    public void Scan(ReadOnlySpan<byte> prefix, byte[]? from, Func<byte[], ReadOnlyMemory<byte>, bool> visit) => images.Scan(prefix, from, visit);

    public void Write(IReadOnlyCollection<KeyValuePair<byte[], byte[]?>> batch, long? checkpoint)
    {
        Do($"write {batch.Count} {checkpoint}", OnWrite);
        images.Write(batch, checkpoint);
    }

    public void Dispose() => isOpen = false;

    private void Do(string? call, Queue<bool> faults, bool isCalledWhenClosed = false)
    {
        (isOpen || isCalledWhenClosed).ShouldBeTrue();
        if (call is not null)
            Calls.Add(call);
        if (!faults.TryDequeue(out var fails) || !fails)
            return;
        isOpen = false;
        throw new ImageStoreException("No room is left.");
    }
}
