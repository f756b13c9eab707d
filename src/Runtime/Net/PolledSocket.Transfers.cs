using System;
using System.Buffers;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Netpoll;

namespace Goroutines.Net;

/// <summary>Receives and sends.</summary>
internal sealed partial class PolledSocket
{
    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags flags, bool isForStream, CancellationToken token)
    {
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(token);
        }

        SocketAction action = buffer.IsEmpty ? SocketAction.AwaitReadable : SocketAction.Receive;
        if (!Reading.TryTake())
        {
            return StartReading(action, buffer, flags, isForStream, hasTurn: false, hasTried: false, token);
        }

        if (IsTurnOver())
        {
            SocketOperation later = RentReading(action, buffer, flags, isForStream, token);
            ValueTask<int> task = later.Task;
            later.StartLater();
            return task;
        }

        if (!TakeIsDrained())
        {
            int result = TryReceive(buffer, flags);
            if (result >= 0)
            {
                LeaveReading();
                return new ValueTask<int>(result);
            }

            if (result is not (-SocketErrors.WouldBlock or -SocketErrors.Interrupted))
            {
                LeaveReading();
                return ValueTask.FromException<int>(Fail(-result, isForStream));
            }
        }

        return StartReading(action, buffer, flags, isForStream, hasTurn: true, hasTried: true, token);
    }

    public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer, SocketFlags flags, CancellationToken token)
    {
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(token);
        }

        int result = TrySend(buffer, flags, isForStream: false, token, out SocketOperation? operation);
        return operation is not null ? operation.Task
            : result >= 0 ? new ValueTask<int>(result)
            : ValueTask.FromException<int>(Fail(-result));
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken token)
    {
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(token);
        }

        int result = TrySend(buffer, SocketFlags.None, isForStream: true, token, out SocketOperation? operation);
        return operation is not null ? operation.Completion
            : result >= 0 ? ValueTask.CompletedTask
            : ValueTask.FromException(Fail(-result, isForStream: true, isReading: false));
    }

    public override ValueTask<int> ReceiveAsync(IList<ArraySegment<byte>> buffers, SocketFlags flags, CancellationToken token)
    {
        var memories = new ReadOnlyMemory<byte>[Math.Min(buffers.Count, SocketCalls.BufferCountMax)];
        for (int index = 0; index < memories.Length; index++)
        {
            memories[index] = buffers[index];
        }

        SocketOperation operation = Rent(isReading: true);
        operation.Prepare(SocketAction.ReceiveBuffers, (int)flags, isForStream: false, token);
        operation.Prepare(memories);
        return Start(operation);
    }

    public override ValueTask<int> ReceiveFromAsync(
        Memory<byte> buffer, SocketFlags flags, SocketAddress sender, CancellationToken token)
    {
        SocketOperation operation = Rent(isReading: true);
        operation.Prepare(SocketAction.ReceiveFrom, (int)flags, isForStream: false, token);
        operation.Prepare(buffer);
        operation.Prepare(sender);
        return Start(operation);
    }

    public override ValueTask<int> SendAsync(ReadOnlySequence<byte> buffers, SocketFlags flags, CancellationToken token)
    {
        if (buffers.IsSingleSegment)
        {
            return SendAsync(buffers.First, flags, token);
        }

        if (IsMessageBased)
        {
            // One message is one call, which takes only so many buffers.
            return SendAsync(buffers.ToArray(), flags, token);
        }

        SocketOperation operation = Rent(isReading: false);
        operation.Prepare(SocketAction.SendBuffers, (int)flags, isForStream: false, token);
        operation.Prepare(buffers);
        return Start(operation, isReading: false);
    }

    public override ValueTask<int> SendToAsync(
        ReadOnlyMemory<byte> buffer, SocketFlags flags, SocketAddress receiver, CancellationToken token)
    {
        SocketOperation operation = Rent(isReading: false);
        operation.Prepare(SocketAction.SendTo, (int)flags, isForStream: false, token);
        operation.Prepare(MemoryMarshal.AsMemory(buffer));
        operation.Prepare(receiver);
        return Start(operation, isReading: false);
    }

    public override int Receive(Span<byte> buffer, SocketFlags flags, int timeoutMs)
    {
        long startMs = Environment.TickCount64;
        while (true)
        {
            if (!Descriptor.TryEnter())
            {
                throw Disposed();
            }

            // Beside who has the turn to read: the slot is not touched, and an event that was for data taken here finds nothing.
            int result = buffer.IsEmpty
                ? SocketCalls.AskReadable(Descriptor.Number)
                : SocketCalls.Receive(Descriptor.Number, buffer, (int)flags);
            Descriptor.Exit();
            if (result >= 0)
            {
                return result;
            }

            WaitOrThrow(-result, isReading: true, timeoutMs, startMs);
        }
    }

    public override int Send(ReadOnlySpan<byte> buffer, SocketFlags flags, int timeoutMs)
    {
        long startMs = Environment.TickCount64;
        int count = 0;
        while (true)
        {
            if (!Descriptor.TryEnter())
            {
                throw Disposed();
            }

            int result = SocketCalls.Send(Descriptor.Number, buffer[count..], (int)flags);
            Descriptor.Exit();
            count += Math.Max(0, result);
            if (result >= 0 && (count == buffer.Length || IsMessageBased))
            {
                return count;
            }

            if (result < 0)
            {
                WaitOrThrow(-result, isReading: false, timeoutMs, startMs);
            }
        }
    }

    // In place, with the turn to read. The result is a count or a negative error.
    private int TryReceive(Memory<byte> buffer, SocketFlags flags)
    {
        if (!Descriptor.TryEnter())
        {
            return -SocketFailure.Closed;
        }

        Descriptor.Reading.ClearReady();
        int result;
        try
        {
            result = buffer.IsEmpty
                ? SocketCalls.AskReadable(Descriptor.Number)
                : SocketCalls.Receive(Descriptor.Number, buffer.Span, (int)flags);
        }
        catch
        {
            LeaveReading();
            throw;
        }
        finally
        {
            Descriptor.Exit();
        }

        if (result > 0)
        {
            NoteReceived(result, buffer.Length, (int)flags);
        }

        return result;
    }

    // In place; what is left over waits as an operation.
    private int TrySend(
        ReadOnlyMemory<byte> buffer, SocketFlags flags, bool isForStream, CancellationToken token, out SocketOperation? operation)
    {
        operation = null;
        bool hasTurn = Writing.TryTake();
        bool isLater = hasTurn && IsTurnOver();
        int count = 0;
        if (hasTurn && !isLater)
        {
            int result = TrySendOnce(buffer, flags);
            if (result == buffer.Length || (result >= 0 && IsMessageBased)
                || result is < 0 and not (-SocketErrors.WouldBlock or -SocketErrors.Interrupted))
            {
                LeaveWriting();
                return result;
            }

            count = Math.Max(0, result);
        }

        SocketOperation rest = Rent(isReading: false);
        rest.Prepare(SocketAction.Send, (int)flags, isForStream, token);
        rest.Prepare(MemoryMarshal.AsMemory(buffer), count);
        operation = rest;
        if (isLater)
        {
            rest.StartLater();
        }
        else if (hasTurn)
        {
            rest.Start(hasTried: false);
        }
        else
        {
            rest.StartInTurn();
        }

        return 0;
    }

    private int TrySendOnce(ReadOnlyMemory<byte> buffer, SocketFlags flags)
    {
        if (!Descriptor.TryEnter())
        {
            return -SocketFailure.Closed;
        }

        Descriptor.Writing.ClearReady();
        try
        {
            return SocketCalls.Send(Descriptor.Number, buffer.Span, (int)flags);
        }
        catch
        {
            LeaveWriting();
            throw;
        }
        finally
        {
            Descriptor.Exit();
        }
    }

    private SocketOperation RentReading(
        SocketAction action, Memory<byte> buffer, SocketFlags flags, bool isForStream, CancellationToken token)
    {
        SocketOperation operation = Rent(isReading: true);
        operation.Prepare(action, (int)flags, isForStream, token);
        operation.Prepare(buffer);
        return operation;
    }

    private ValueTask<int> StartReading(
        SocketAction action,
        Memory<byte> buffer,
        SocketFlags flags,
        bool isForStream,
        bool hasTurn,
        bool hasTried,
        CancellationToken token)
    {
        SocketOperation operation = RentReading(action, buffer, flags, isForStream, token);
        ValueTask<int> task = operation.Task;
        if (hasTurn)
        {
            operation.Start(hasTried);
        }
        else
        {
            operation.StartInTurn();
        }

        return task;
    }

    private ValueTask<int> Start(SocketOperation operation, bool isReading = true)
    {
        ValueTask<int> task = operation.Task;
        if (IsClosed)
        {
            return ValueTask.FromException<int>(Disposed());
        }

        if (!(isReading ? Reading.TryTake() : Writing.TryTake()))
        {
            operation.StartInTurn();
        }
        else if (IsTurnOver())
        {
            operation.StartLater();
        }
        else
        {
            operation.Start(hasTried: false);
        }

        return task;
    }

    // Blocks until it is worth another try.
    private void WaitOrThrow(int error, bool isReading, int timeoutMs, long startMs)
    {
        if (error == SocketErrors.Interrupted)
        {
            return;
        }

        if (error == SocketErrors.WouldBlock)
        {
            long leftMs = timeoutMs < 0 ? -1 : Math.Max(0, startMs + timeoutMs - Environment.TickCount64);
            SocketOperation operation = Rent(isReading);
            operation.Prepare(
                isReading ? SocketAction.AwaitReadable : SocketAction.AwaitWritable, flags: 0, isForStream: false, default);
            operation.StartInTurn();
            error = operation.Wait((int)leftMs);
            if (error == 0)
            {
                return;
            }

            if (error == SocketFailure.Canceled)
            {
                throw new SocketException((int)SocketError.TimedOut);
            }

            throw SocketFailure.Create(error, Scheduler, default);
        }

        throw Fail(error);
    }
}
