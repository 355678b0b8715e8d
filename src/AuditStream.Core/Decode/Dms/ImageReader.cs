using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Dms;

/// <summary>Reads the row images of a DMS record.</summary>
internal sealed class ImageReader
{
    private readonly RowImages images;
    private readonly DataColumns columns = new();

    /// <summary>Makes a reader.</summary>
    public ImageReader(ValueConverter values) => images = new RowImages(values);

    /// <summary>Reads the images into the change; a rejection when they cannot be a row's.</summary>
    public Rejection? Read(in RecordView view, TableState table, RowChange change)
    {
        var form = view.Topic.Endpoint;
        var data = view.Members.Slice(TopMember.Data);
        if (data.Token != JsonToken.Object)
            return new Rejection(RejectionCode.MissingMember, "The record has no object data.", Math.Max(data.Start, 0));
        var operation = change.Facts.Operation;
        var before = operation == ChangeOperation.Update ? view.ChildrenOf(TopMember.BeforeImage) : default;
        var fault = CheckBefore(view, operation);
        if (fault is not null)
            return fault;
        var hasMember = view.Members.Slice(TopMember.BeforeImage).Token == JsonToken.Object;
        var old = operation switch
        {
            // A task has a member for it, or columns: never both.
            ChangeOperation.Update => hasMember ? OldColumns.None : OldColumns.Any,
            ChangeOperation.Delete => OldColumns.Any,
            _ => OldColumns.Null,
        };
        var jsonFault = columns.Read(view.Text, view.ChildrenOf(TopMember.Data), form, old, out var row, out var faultAt);
        if (jsonFault != JsonFault.None)
            return RecordFrame.Rejected(jsonFault, faultAt);
        change.MayHaveOtherColumns = !form.IncludesNull || columns.IsMapped || row.IsEmpty;
        if (operation == ChangeOperation.Delete)
        {
            columns.FillFromOld(view.Text);
            change.DeliveredBefore = view.Delivered(TopMember.Data);
            return images.Read(view.Text, row, after: default, table, change, data.Start);
        }

        change.DeliveredAfter = view.Delivered(TopMember.Data);
        if (operation != ChangeOperation.Update)
            return images.Read(view.Text, before: default, row, table, change, data.Start);
        if (hasMember)
            change.DeliveredBefore = view.Delivered(TopMember.BeforeImage);
        else
            before = columns.Old;
        fault = images.Read(view.Text, before, row, table, change, data.Start);
        var wasGiven = hasMember || !before.IsEmpty;
        if (fault is null && wasGiven && !change.Before.IsPresent && table.Reference.ReplicaIdentity == ReplicaIdentity.Key)
            RowImages.KeepKey(table, change);
        return fault;
    }

    private static Rejection? CheckBefore(in RecordView view, ChangeOperation operation)
    {
        var slice = view.Members.Slice(TopMember.BeforeImage);
        return operation != ChangeOperation.Update || slice.Token is JsonToken.None or JsonToken.Null or JsonToken.Object
            ? null
            : new Rejection(RejectionCode.InvalidMember, "The before-image is no object.", slice.Start);
    }
}
