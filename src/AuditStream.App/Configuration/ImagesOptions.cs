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

    /// <summary>How much memory the row images of this process take at most, in bytes. Of rows that find no room old values are not known.</summary>
    /// <value>536870912</value>
    [Range(1_048_576, 1_099_511_627_776)]
    public long MaxBytes { get; set; } = 536_870_912;
}
