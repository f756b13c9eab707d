using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Goroutines.Actors.Cells;

/// <summary>What goes into the mailbox and what comes out. Why the slot is right is in the essay of ActorCell.</summary>
internal sealed partial class ActorCell<TMessage>
{
    // In place of a channel that was never needed, so that nobody makes one any more.
    private static readonly Channel<TMessage> s_closedChannel = CreateClosedChannel();

    private Channel<TMessage> Mailbox =>
        _channel ?? Interlocked.CompareExchange(ref _channel, CreateChannel(), null) ?? _channel;

    public bool TryTell(TMessage message)
    {
        if (TryTellIdle(message) || TryEnqueue(message))
        {
            return true;
        }

        ReportDeadLetter(message, IsStopRequested || State == Terminated ? DeadLetterReason.Stopped : DeadLetterReason.MailboxFull);
        return false;
    }

    public ValueTask TellAsync(TMessage message, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        return TryTellIdle(message) || TryEnqueue(message) ? default : TellSlowlyAsync(message, cancellationToken);
    }

    public async Task<TReply> AskAsync<TReply>(
        Func<Reply<TReply>, TMessage> createMessage, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(createMessage);
        TimeSpan limit = timeout ?? Options.AskTimeout;
        ActorOptions.ThrowIfNoDuration(limit, nameof(timeout));
        var reply = new Reply<TReply>();
        TMessage message = createMessage(reply);
        try
        {
            if (TryTellIdle(message) || TryEnqueue(message))
            {
                return await reply.Task.WaitAsync(limit, System.TimeProvider, cancellationToken).ConfigureAwait(false);
            }

            // One deadline for both waits.
            using var deadline = new CancellationTokenSource(limit, System.TimeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            try
            {
                await TellSlowlyAsync(message, either.Token).ConfigureAwait(false);
                return await reply.Task.WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException();
            }
        }
        catch (TimeoutException e) when (reply.IsPending)
        {
            throw new TimeoutException($"{Path} has not answered within {limit}.", e);
        }
    }

    protected override void CloseMailbox() =>
        (_channel ?? Interlocked.CompareExchange(ref _channel, s_closedChannel, null) ?? _channel).Writer.TryComplete();

    protected override bool HasMessages() =>
        _isSlotFull
        || (_channel is { } channel && channel.Reader.Count > 0)
        || (ExtrasOrNull is CellExtras<TMessage> { Unstashed.Count: > 0 });

    protected override void RequeueStash()
    {
        if (ExtrasOrNull is CellExtras<TMessage> { Stash.Count: > 0 } extras)
        {
            // In front of those that wait to be handled after an earlier call.
            int behindCount = extras.Unstashed.Count;
            while (extras.Stash.TryDequeue(out TMessage? message))
            {
                extras.Unstashed.Enqueue(message);
            }

            for (; behindCount > 0; behindCount--)
            {
                extras.Unstashed.Enqueue(extras.Unstashed.Dequeue());
            }
        }
    }

    protected override void ReleaseMessages()
    {
        RequeueStash();
        while (TryTake(out TMessage? message))
        {
            ReportDeadLetter(message, DeadLetterReason.Stopped);
        }
    }

    void IActorContext<TMessage>.Stash(TMessage message)
    {
        if (TypedExtras.Stash.Count >= Options.StashCapacity)
        {
            throw new InvalidOperationException($"{Path} has stashed {Options.StashCapacity} messages, which is its StashCapacity.");
        }

        TypedExtras.Stash.Enqueue(message);
    }

    void IActorContext<TMessage>.UnstashAll() => RequeueStash();

    private static Channel<TMessage> CreateClosedChannel()
    {
        var channel = Channel.CreateBounded<TMessage>(1);
        channel.Writer.Complete();
        return channel;
    }

    /// <summary>Gives a message to an actor that was idle, with the turn that handles it.</summary>
    private bool TryTellIdle(TMessage message)
    {
        if (State != Idle || IsStopRequested || !TryMoveToScheduled())
        {
            return false;
        }

        bool isTaken = true;
        if (_channel is { } channel && channel.Reader.Count > 0)
        {
            isTaken = channel.Writer.TryWrite(message);
        }
        else
        {
            _slot = message;
            _isSlotFull = true;
        }

        QueueTurn();
        return isTaken;
    }

    private bool TryEnqueue(TMessage message)
    {
        if (!Mailbox.Writer.TryWrite(message))
        {
            return false;
        }

        // Between the write and the look at the word: see the essay.
        Interlocked.MemoryBarrier();
        TryWake();
        return true;
    }

    private async ValueTask TellSlowlyAsync(TMessage message, CancellationToken cancellationToken)
    {
        try
        {
            if (Options.FullMode == MailboxFullMode.Fail && !IsStopRequested && State != Terminated)
            {
                ReportDeadLetter(message, DeadLetterReason.MailboxFull);
                throw new MailboxFullException($"The mailbox of {Path} is full: {Options.MailboxCapacity} messages wait.");
            }

            await Mailbox.Writer.WriteAsync(message, cancellationToken).ConfigureAwait(false);
            Interlocked.MemoryBarrier();
            TryWake();
        }
        catch (ChannelClosedException)
        {
            ReportDeadLetter(message, DeadLetterReason.Stopped);
            throw new ActorStoppedException($"{Path} has stopped, or stops.");
        }
    }

    /// <summary>Takes the message that is next: unstashed, from the slot, from the channel. In the turn.</summary>
    private bool TryTake([MaybeNullWhen(false)] out TMessage message)
    {
        if (ExtrasOrNull is CellExtras<TMessage> extras && extras.Unstashed.TryDequeue(out message))
        {
            return true;
        }

        if (_isSlotFull)
        {
            message = _slot;
            _slot = default!;
            _isSlotFull = false;
            return true;
        }

        if (_channel is { } channel)
        {
            return channel.Reader.TryRead(out message);
        }

        message = default;
        return false;
    }

    private Channel<TMessage> CreateChannel() => Channel.CreateBounded<TMessage>(
        new BoundedChannelOptions(Options.MailboxCapacity)
        {
            FullMode = Options.FullMode switch
            {
                MailboxFullMode.DropNewest => BoundedChannelFullMode.DropNewest,
                MailboxFullMode.DropOldest => BoundedChannelFullMode.DropOldest,
                _ => BoundedChannelFullMode.Wait,
            },
        },
        dropped => ReportDeadLetter(dropped, DeadLetterReason.Dropped));

    private void ReportDeadLetter(TMessage message, DeadLetterReason reason) => System.ReportDeadLetter(this, message, reason);
}
