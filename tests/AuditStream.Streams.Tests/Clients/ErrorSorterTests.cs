using AuditStream.Streams.Clients;
using AuditStream.Streams.Ports;
using Confluent.Kafka;

namespace AuditStream.Streams.Tests.Clients;

public sealed class ErrorSorterTests
{
    [Theory]
    [InlineData(ErrorCode.ProducerFenced, ClientErrorClass.Fenced)]
    [InlineData(ErrorCode.Local_Fenced, ClientErrorClass.Fenced)]
    [InlineData(ErrorCode.InvalidProducerEpoch, ClientErrorClass.Fenced)]
    [InlineData(ErrorCode.TopicAuthorizationFailed, ClientErrorClass.Fatal)]
    [InlineData(ErrorCode.GroupAuthorizationFailed, ClientErrorClass.Fatal)]
    [InlineData(ErrorCode.Local_QueueFull, ClientErrorClass.QueueFull)]
    [InlineData(ErrorCode.MsgSizeTooLarge, ClientErrorClass.TooLarge)]
    [InlineData(ErrorCode.UnknownTopicOrPart, ClientErrorClass.TopicMissing)]
    [InlineData(ErrorCode.IllegalGeneration, ClientErrorClass.Rebalanced)]
    [InlineData(ErrorCode.Local_TimedOut, ClientErrorClass.Retriable)]
    [InlineData(ErrorCode.Local_Transport, ClientErrorClass.Retriable)]
    [InlineData(ErrorCode.Unknown, ClientErrorClass.Fatal)]
    [InlineData(ErrorCode.FencedInstanceId, ClientErrorClass.Fatal)]
    [InlineData(ErrorCode.InconsistentGroupProtocol, ClientErrorClass.Fatal)]
    public void A_code_has_its_class(ErrorCode code, ClientErrorClass expected) =>
        ErrorSorter.Sort("Trying", new KafkaException(new Error(code))).ErrorClass.ShouldBe(expected);

    [Fact]
    public void The_library_says_when_a_transaction_must_be_aborted_and_the_size_is_still_known()
    {
        var sorted = ErrorSorter.Sort("Committing", new KafkaTxnRequiresAbortException(new Error(ErrorCode.MsgSizeTooLarge)));
        sorted.ErrorClass.ShouldBe(ClientErrorClass.RequiresAbort);
        sorted.IsAboutSize.ShouldBeTrue();
        ErrorSorter.Sort("Committing", new KafkaTxnRequiresAbortException(new Error(ErrorCode.IllegalGeneration)))
            .ErrorClass.ShouldBe(ClientErrorClass.RequiresAbort);
    }

    [Theory]
    [InlineData(ErrorCode.TopicAuthorizationFailed, "Read, Write and Describe")]
    [InlineData(ErrorCode.GroupAuthorizationFailed, "Read on the groups")]
    [InlineData(ErrorCode.TransactionalIdAuthorizationFailed, "transactional ids")]
    [InlineData(ErrorCode.FencedInstanceId, "Streams:InstanceId")]
    [InlineData(ErrorCode.InconsistentGroupProtocol, "Streams:Rebalance")]
    public void What_only_a_person_can_mend_says_how(ErrorCode code, string advice) =>
        ErrorSorter.Sort("Trying", new KafkaException(new Error(code))).Message.ShouldContain(advice);

    [Fact]
    public void A_static_member_that_was_replaced_ends_although_the_client_is_beyond_repair() =>
        ErrorSorter.Sort("Consuming", new KafkaException(new Error(ErrorCode.FencedInstanceId, "x", isFatal: true)))
            .ErrorClass.ShouldBe(ClientErrorClass.Fatal);

    [Fact]
    public void A_fatal_error_wants_new_clients() =>
        ErrorSorter.Sort("Producing", new KafkaException(new Error(ErrorCode.Local_Inconsistent, "x",
            isFatal: true))).ErrorClass.ShouldBe(ClientErrorClass.Fenced);
}
