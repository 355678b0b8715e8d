namespace AuditStream.Streams.Metrics;

/// <summary>Why a transaction was dropped. The tag's value is the member's name in kebab-case.</summary>
public enum AbortCause : byte
{
    /// <summary>The client said that it can only be aborted.</summary>
    ClientError,

    /// <summary>The partitions went to another member before the commit.</summary>
    Lost,

    /// <summary>Another producer took the transactional id.</summary>
    Fenced,

    /// <summary>A record was larger than the broker takes.</summary>
    TooLarge,

    /// <summary>A handler threw, or the ledger did not agree.</summary>
    TaskStopped,

    /// <summary>The process was told to stop and the drain budget was used up.</summary>
    Shutdown,

    /// <summary>The row images on disk could not be read.</summary>
    ImageStore,
}
