using System.ComponentModel.DataAnnotations;

namespace AuditStream.App.Configuration;

/// <summary>Kept images of rows, for before-images that a source does not send.</summary>
public sealed class ImagesOptions
{
    /// <summary>Whether the last image of each row is kept, so that old values are known where the source sends none (PostgreSQL's REPLICA IDENTITY
    /// DEFAULT, DMS, flat rows). The changes of such tables take a way of their own, by the role images.</summary>
    /// <value>off</value>
    public ImageState State { get; set; } = ImageState.Off;

    /// <summary>How many partitions the topics of row images get; at most so many images threads work at once. A run refuses topics with another
    /// number.</summary>
    /// <value>6</value>
    [Range(1, 1000)]
    public int Partitions { get; set; } = 6;

    /// <summary>Where this process keeps row images: memory (each start reads them from Kafka), or rocksdb (on disk beneath Directory; needs
    /// librocksdb; a start reads only what is new since).</summary>
    /// <value>memory</value>
    public ImageStoreKind Store { get; set; } = ImageStoreKind.Memory;

    /// <summary>The folder for row images on disk; beneath it a folder for each application and partition. Each instance needs one of its own.
    /// With Store rocksdb.</summary>
    /// <value>row-images</value>
    [Required]
    public string Directory { get; set; } = "row-images";

    /// <summary>How much memory what is read from disk may take, in bytes, for all partitions of the process together; indexes and filters count.
    /// With Store rocksdb.</summary>
    /// <value>134217728</value>
    [Range(1_048_576, 1_099_511_627_776)]
    public long BlockCacheBytes { get; set; } = 134_217_728;

    /// <summary>How much memory what is written to disk may take until it is sorted there, in bytes, for all partitions of the process together: each
    /// gets its share, 128 KiB at least. With Store rocksdb.</summary>
    /// <value>67108864</value>
    [Range(1_048_576, 68_719_476_736)]
    public long WriteBufferBytes { get; set; } = 67_108_864;

    /// <summary>How much memory the row images of this process take at most, in bytes, with Store memory. Of rows that find no room old values are
    /// not known.</summary>
    /// <value>536870912</value>
    [Range(1_048_576, 1_099_511_627_776)]
    public long MaxBytes { get; set; } = 536_870_912;
}
