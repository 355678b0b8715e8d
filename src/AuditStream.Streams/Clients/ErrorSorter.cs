using AuditStream.Streams.Ports;
using Confluent.Kafka;

namespace AuditStream.Streams.Clients;

/// <summary>Sorts the client library's errors by what to do about them. The one table of it.</summary>
internal static class ErrorSorter
{
    /// <summary>Sorts an exception of the library; the action says what was tried.</summary>
    internal static ClientException Sort(string action, KafkaException exception)
    {
        var error = exception is TopicPartitionOffsetException { Results: [var first, ..] } ? first.Error : exception.Error;
        var errorClass = exception switch
        {
            _ when error.IsFatal => Of(error.Code, ClientErrorClass.Fenced),
            KafkaTxnRequiresAbortException => Of(error.Code, ClientErrorClass.RequiresAbort) is ClientErrorClass.Fatal and var fatal
                ? fatal
                : ClientErrorClass.RequiresAbort,
            KafkaRetriableException => ClientErrorClass.Retriable,
            _ => Of(error.Code, ClientErrorClass.Fatal),
        };
        return new ClientException(
            errorClass, error.Code.ToString(), $"{action} failed: {error.Code} ({error.Reason}).{Advice(error.Code)}", exception);
    }

    // What nobody but a person can mend says how.
    private static string Advice(ErrorCode code) => code switch
    {
        ErrorCode.TopicAuthorizationFailed =>
            " This login needs the rights Read and Describe on raw topics, and Read, Write and Describe on the pipeline's own.",
        ErrorCode.GroupAuthorizationFailed => " This login needs the right Read on the groups whose names begin with the ApplicationId.",
        ErrorCode.TransactionalIdAuthorizationFailed =>
            " This login needs the rights Write and Describe on the transactional ids that begin with the ApplicationId.",
        ErrorCode.FencedInstanceId => " Another process has taken the same Streams:InstanceId: each needs its own.",
        ErrorCode.InconsistentGroupProtocol =>
            " Other members of the group have another Streams:Rebalance: stop all of them, then start them with the same.",
        _ => "",
    };

    /// <summary>The class of a code; codes that are not listed have the class given.</summary>
    internal static ClientErrorClass Of(ErrorCode code, ClientErrorClass otherwise) => code switch
    {
        ErrorCode.Local_QueueFull => ClientErrorClass.QueueFull,
        ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidMsgSize => ClientErrorClass.TooLarge,
        ErrorCode.Local_UnknownTopic or ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownPartition or ErrorCode.UnknownTopicId
            => ClientErrorClass.TopicMissing,
        ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId or ErrorCode.RebalanceInProgress or ErrorCode.Local_AssignmentLost
            or ErrorCode.Local_MaxPollExceeded or ErrorCode.FencedMemberEpoch or ErrorCode.StaleMemberEpoch => ClientErrorClass.Rebalanced,
        ErrorCode.ProducerFenced or ErrorCode.Local_Fenced or ErrorCode.InvalidProducerEpoch or ErrorCode.TransactionCoordinatorFenced
            or ErrorCode.Local_Fatal or ErrorCode.UnknownProducerId or ErrorCode.OutOfOrderSequenceNumber
            or ErrorCode.InvalidProducerIdMapping => ClientErrorClass.Fenced,
        ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
            or ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.InvalidTransactionTimeout or ErrorCode.InvalidSessionTimeout
            or ErrorCode.UnsupportedVersion or ErrorCode.InconsistentGroupProtocol or ErrorCode.FencedInstanceId => ClientErrorClass.Fatal,
        ErrorCode.Local_TimedOut or ErrorCode.Local_TimedOutQueue or ErrorCode.Local_MsgTimedOut or ErrorCode.Local_Transport
            or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Resolve or ErrorCode.Local_WaitCoord or ErrorCode.Local_Retry
            or ErrorCode.Local_InProgress or ErrorCode.RequestTimedOut or ErrorCode.NetworkException or ErrorCode.BrokerNotAvailable
            or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderForPartition or ErrorCode.GroupLoadInProgress
            or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.NotCoordinatorForGroup or ErrorCode.NotEnoughReplicas
            or ErrorCode.NotEnoughReplicasAfterAppend or ErrorCode.ConcurrentTransactions or ErrorCode.UnstableOffsetCommit
            or ErrorCode.KafkaStorageError or ErrorCode.OffsetNotAvailable or ErrorCode.NotController
            or ErrorCode.ThrottlingQuotaExceeded or ErrorCode.Local_NodeUpdate or ErrorCode.Local_Outdated or ErrorCode.Local_NoOffset
            or ErrorCode.Local_PrevInProgress or ErrorCode.Local_Conflict or ErrorCode.Local_Intr or ErrorCode.Local_WaitCache
            or ErrorCode.ReplicaNotAvailable or ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownLeaderEpoch
            or ErrorCode.PreferredLeaderNotAvailable or ErrorCode.EligibleLeadersNotAvailable or ErrorCode.FetchSessionIdNotFound
            or ErrorCode.InvalidFetchSessionEpoch or ErrorCode.SaslAuthenticationFailed or ErrorCode.Local_Authentication
            or ErrorCode.Local_Ssl or ErrorCode.Local_UnknownBroker or ErrorCode.Local_DestroyBroker => ClientErrorClass.Retriable,
        _ => otherwise,
    };
}
