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

    [Fact]
    public void A_fatal_error_wants_new_clients() =>
        ErrorSorter.Sort("Producing", new KafkaException(new Error(ErrorCode.Local_Inconsistent, "x",
            isFatal: true))).ErrorClass.ShouldBe(ClientErrorClass.Fenced);
}
