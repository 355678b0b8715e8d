namespace AuditStream.App.Configuration;

/// <summary>Kept images of rows, for before-images that a source does not send.</summary>
public sealed class ImagesOptions
{
    /// <summary>Whether the last image of each row is kept, so that old values are known where the source sends none (PostgreSQL's REPLICA IDENTITY
    /// DEFAULT, DMS, flat rows). In this version by explain only, for the records of one call: the service refuses on.</summary>
    /// <value>off</value>
    public ImageState State { get; set; } = ImageState.Off;
}
