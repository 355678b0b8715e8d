using AuditStream.Core.Decode;

namespace AuditStream.App.Configuration;

/// <summary>What is special about one table.</summary>
public sealed class TableOptions
{
    /// <summary>What the source puts into this table's before-images; not given: as the source says.</summary>
    /// <value>none</value>
    public ReplicaIdentity? ReplicaIdentity { get; set; }

    /// <summary>Whether the last image of each row of this table is kept; not given: as Images:State says.</summary>
    /// <value>none</value>
    public ImageState? State { get; set; }

    /// <summary>The columns of this table that say who made a change; not given: as the source says.</summary>
    /// <value>none</value>
    public List<string>? ActorColumns { get; set; }

    /// <summary>The headers of records that say it; not given: as the source says.</summary>
    /// <value>none</value>
    public List<string>? ActorHeaders { get; set; }

    /// <summary>The columns of this table whose JSON documents are compared inside; not given: as the source says.</summary>
    /// <value>none</value>
    public List<string>? DeepDiff { get; set; }

    /// <summary>The key columns in key order, for records that do not name them.</summary>
    /// <value>none</value>
    public List<string>? Key { get; set; }

    /// <summary>All columns in their order, for lines of values (Dialect dms_csv), which do not name them; not the operation's.</summary>
    /// <value>none</value>
    public List<string>? Columns { get; set; }
}
