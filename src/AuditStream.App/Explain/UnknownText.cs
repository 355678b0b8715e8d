using AuditStream.Core.Decode;

namespace AuditStream.App.Explain;

/// <summary>Says what an event does not know, and why: from the event, and from the form of its record.</summary>
internal static class UnknownText
{
    /// <summary>A sentence for each thing that is not known; empty when all is.</summary>
    public static IReadOnlyList<string> Of(EventView view, RecordForm form)
    {
        var unknown = new List<string>();
        if (view.IsRow)
        {
            AddChange(view, form, unknown);
            AddColumns(view, form, unknown);
            AddKey(view, unknown);
            if (view.Text("source", "table_from") == "topic")
                unknown.Add("the table, for certain: the record does not name it. The topic's name is taken for it; groups of Sources:\u2026:TopicPattern can name it");
        }
        switch (view.Text("occurred_from"))
        {
            case "capture" when view.Operation == "snapshot":
                unknown.Add("when the row came to be so: the time is that of reading it");
                break;
            case "capture" when form == RecordForm.DmsCsv:
                unknown.Add("the commit time: the time may be that of reading, in a load");
                break;
            case "record" when form == RecordForm.DmsCsv:
                unknown.Add("the commit time: the line has none, and it is the Kafka record's timestamp. TimestampColumnName of the endpoint, and here, gives it");
                break;
            case "capture" when view.Text("source", "kind") == "dms" && view.IsRow:
                unknown.Add("the commit time: the record has only the time of its making. IncludeTransactionDetails of the endpoint gives it");
                break;
            case "capture":
                unknown.Add("the commit time: the record has the connector's time only");
                break;
            case "record":
                unknown.Add("the commit time: the record names none; it is the Kafka record's timestamp");
                break;
        }
        return unknown;
    }

    private static void AddChange(EventView view, RecordForm form, List<string> unknown)
    {
        var before = view.Text("images", "before");
        if (view.Operation == "update" && view.IsChangedUnknown)
            unknown.Add($"what changed, and from what: {NoBefore(view, form, before)}");
        else if (view.Operation == "delete" && before is "none" or "key")
            unknown.Add($"the row that was deleted, but for its key: {NoBefore(view, form, before)}");
        else if (view.Operation == "upsert" && form == RecordForm.DmsCsv)
            unknown.Add("whether the row was inserted, updated, or only read by a load: the line does not tell");
        else if (view.Operation == "upsert")
            unknown.Add("whether the row was inserted or updated, and from what: the record does not tell");
        else if (view.Operation == "delete" && before == "partial")
            unknown.Add("the columns of the old row that the record leaves out");
        if (view.Operation == "update" && view.Text("changed_is") == "at_least")
            unknown.Add($"whether other columns changed too: {AtLeast(view, before)}");
        if (view.Text("images", "after") == "partial" && view.Operation is not "delete")
        {
            unknown.Add(form == RecordForm.Dms
                ? "the columns that the record leaves out: NULL, empty or not logged. IncludeNullAndEmpty of the endpoint, and here, makes rows whole"
                : "the columns that the record leaves out: absent is not NULL");
        }
        foreach (var side in (ReadOnlySpan<string>)["before", "after"])
        {
            if (view.Text("images", side) == "omitted")
                unknown.Add($"from the event: the whole {side}-image. It was there, and is left out by Emit:Images, or because the event would be too large");
        }
    }

    private static void AddColumns(EventView view, RecordForm form, List<string> unknown)
    {
        var unavailable = view.Names("images", "unavailable");
        var ambiguous = view.Names("images", "ambiguous");
        var encoded = view.Names("images", "encoded");
        if (unavailable.Count > 0)
            unknown.Add($"{Join(unavailable)}: unavailable. The source withheld the value (TOAST, LOB), as it does when it is unchanged");
        if (ambiguous.Count > 0 && form == RecordForm.Wal2Json)
            unknown.Add($"{Join(ambiguous)}: ambiguous. NULL, NaN or an infinity? wal2json writes null for all of them: numeric-data-types-as-string tells them apart");
        else if (ambiguous.Count > 0 && form == RecordForm.DmsCsv)
            unknown.Add($"{Join(ambiguous)}: ambiguous. NULL or an empty text? CsvNullValue of the endpoint, and here, can be a text that tells them apart");
        else if (ambiguous.Count > 0)
            unknown.Add($"{Join(ambiguous)}: ambiguous. NULL or the column's default? The converter writes one for the other: set its replace.null.with.default to false, and ReplaceNullWithDefault here");
        if (encoded.Count > 0)
            unknown.Add($"{Join(encoded)}: encoded. Known, but in base64 of its JSON: PostgreSQL's json cannot hold it (U+0000, a lone surrogate, a member twice)");
    }

    private static void AddKey(EventView view, List<string> unknown)
    {
        if (view.Text("key") is null && view.Operation != "truncate")
            unknown.Add($"which row: key none. The record names no key, nor does configuration: Sources:…:Tables:{view.Subject}:Key");
    }

    private static string NoBefore(EventView view, RecordForm form, string? before)
    {
        var what = before == "key" ? "the source sent its old key only" : before == "none" ? "the source sent no before-image" : "the images do not tell";
        return before is not ("key" or "none") ? what : (form, view.Text("source", "engine")) switch
        {
            (RecordForm.DebeziumEnvelope or RecordForm.DebeziumCloudEvent, "postgresql") when before == "key" && view.Operation == "delete" =>
                $"under REPLICA IDENTITY DEFAULT the other columns of a delete are fillers. ALTER TABLE {view.Subject} REPLICA IDENTITY FULL sends all; where it is set already, Sources:\u2026:ReplicaIdentity full says so here",
            (RecordForm.DebeziumFlatRow, _) => "ExtractNewRecordState takes the old row out of the record, and keeps the new one",
            (RecordForm.DebeziumEnvelope or RecordForm.DebeziumCloudEvent, "postgresql") => $"{what}: REPLICA IDENTITY DEFAULT? ALTER TABLE {view.Subject} REPLICA IDENTITY FULL sends all",
            (RecordForm.DebeziumEnvelope or RecordForm.DebeziumCloudEvent, "mysql" or "mariadb") => $"{what}: binlog_row_image is not FULL",
            (RecordForm.DebeziumEnvelope or RecordForm.DebeziumCloudEvent, "mongodb") => $"{what}: capture.mode, and the collection's changeStreamPreAndPostImages, do not give it",
            (RecordForm.Dms, _) => $"{what}: BeforeImageSettings of the task (EnableBeforeImage, ColumnFilter all), with full images in the source",
            (RecordForm.DmsCsv, _) when before == "key" => $"{what}: the source logs no more, or ReplicaIdentity full of the source is not set here",
            (RecordForm.DmsCsv, _) => $"{what}: a rule add-before-image-columns gives the line columns with old values",
            (RecordForm.DynamoDb, _) => $"{what}: the StreamViewType of the stream is not NEW_AND_OLD_IMAGES",
            (RecordForm.Wal2Json, _) => $"{what}: ALTER TABLE {view.Subject} REPLICA IDENTITY FULL sends all",
            (RecordForm.Canal, _) => $"{what}: it gives old values that cannot be matched to their rows, or none",
            (RecordForm.GoldenGate, _) => $"{what}: LOGALLSUPCOLS and GETUPDATEBEFORES of Extract put old rows into the trail",
            _ => what,
        };
    }

    private static string AtLeast(EventView view, string? before) =>
        view.Names("images", "ambiguous").Count > 0 ? "NULL and default cannot be told apart in some"
        : before == "key" ? "of the old row there is no more than the key"
        : before is "partial" || view.Text("images", "after") == "partial" ? "the images hold some columns only"
        : "the images do not tell";

    private static string Join(IReadOnlyList<string> names) => string.Join(", ", names.Select(EventText.Clean));
}
