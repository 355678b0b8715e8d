using AuditStream.Core.Images;
using AuditStream.Simulation.Faults;

namespace AuditStream.Simulation.Model;

/// <summary>The port of row images over the model's disk.</summary>
internal sealed class ModelImageStore(ModelProcess process, ModelDisk disk, int partition) : IRowImageStore
{
    private readonly MemoryImageStore images = new();
    private bool isOpen;

    internal ModelProcess Process => process;

    /// <inheritdoc/>
    public bool HasForgotten => false;

    /// <inheritdoc/>
    public bool IsDurable => true;

    /// <inheritdoc/>
    public bool IsSorted => false;

    /// <inheritdoc/>
    public long Rows => images.Rows;

    /// <inheritdoc/>
    public long Bytes => images.Bytes;

    /// <inheritdoc/>
    public long? Checkpoint => images.Checkpoint;

    /// <inheritdoc/>
    public void Open()
    {
        process.At(Call.ImagesOpen, isAfter: false);
        if (isOpen)
            return;
        if (!disk.TryTake(partition, this))
            throw new ImageStoreException("Opening failed: another has it open.");
        isOpen = true;
        images.Clear();
        foreach (var batch in disk.Of(partition))
            images.Write(batch.Images, batch.Checkpoint);
        process.At(Call.ImagesOpen, isAfter: true);
    }

    /// <inheritdoc/>
    public void Clear()
    {
        disk.Of(partition).Clear();
        images.Clear();
    }

    /// <inheritdoc/>
    public void Restored() => images.Restored();

    /// <inheritdoc/>
    public bool TryGet(ReadOnlySpan<byte> address, out ReadOnlyMemory<byte> image) => images.TryGet(address, out image);

    /// <inheritdoc/>
    public void Scan(ReadOnlySpan<byte> prefix, byte[]? from, Func<byte[], ReadOnlyMemory<byte>, bool> visit) => images.Scan(prefix, from, visit);

    /// <inheritdoc/>
    public void Write(IReadOnlyCollection<KeyValuePair<byte[], byte[]?>> batch, long? checkpoint)
    {
        process.At(Call.ImagesWrite, isAfter: false);
        if (process.Now < disk.FullUntil)
        {
            isOpen = false;
            throw new ImageStoreException("Writing failed: no room.");
        }
        disk.Of(partition).Add(new([.. batch], checkpoint));
        images.Write(batch, checkpoint);
        process.At(Call.ImagesWrite, isAfter: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        disk.GiveBack(partition, this);
        images.Dispose();
    }
}
