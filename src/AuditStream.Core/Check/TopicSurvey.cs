using AuditStream.Core.Flow;

namespace AuditStream.Core.Check;

/// <summary>What the records of one topic that were looked at have shown, beside its tables.</summary>
internal sealed class TopicSurvey
{
    public int Records { get; set; }

    public int Rejected { get; set; }

    /// <summary>The first refusal; null while there was none.</summary>
    public Rejection? FirstRejection { get; set; }

    /// <summary>Where it was.</summary>
    public (int Partition, long Offset) FirstRejectedAt { get; set; }

    /// <summary>Records whose schema could not be told.</summary>
    public int WithoutSchema { get; set; }

    /// <summary>Why, of the first one; null while there was none.</summary>
    public string? WhyWithoutSchema { get; set; }

    public long NewestTimestampMilliseconds { get; set; } = -1;
}
