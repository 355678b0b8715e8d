using System.ComponentModel.DataAnnotations;

namespace AuditStream.App.Configuration;

/// <summary>Signed checkpoints over the store's chains, made by the sink.</summary>
public sealed class CheckpointOptions
{
    /// <summary>A file with the private key, ECDSA P-256 in PEM. <c>auditstream migrate</c> makes it when it is missing. Not given:
    /// auditstream-checkpoint.key beside Identity:KeyFile.</summary>
    /// <value>none</value>
    public string? KeyFile { get; set; }

    /// <summary>How often a checkpoint is made when there are new blocks, in seconds.</summary>
    /// <value>30</value>
    [Range(1, 86_400)]
    public int IntervalSeconds { get; set; } = 30;

    /// <summary>The topic that gets every checkpoint.</summary>
    /// <value>audit.checkpoints</value>
    [Required]
    public string Topic { get; set; } = "audit.checkpoints";

    /// <summary>A folder that gets every checkpoint as a file, for example one on storage that nothing is deleted from. Not given: none.</summary>
    /// <value>none</value>
    public string? Folder { get; set; }
}
