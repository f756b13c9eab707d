using System;
using System.Buffers;

namespace Goroutines.Internal.Netpoll;

/// <summary>Receives and sends with several buffers (readv(2), writev(2)).</summary>
internal static unsafe partial class SocketCalls
{
    /// <summary>How many buffers a call takes; a caller with more makes more calls. Arbitrary; systems take 1,024.</summary>
    public const int BufferCountMax = 16;

    public static int Receive(int number, ReadOnlySpan<ReadOnlyMemory<byte>> buffers, int flags) =>
        Transfer(number, buffers, flags, isSending: false);

    public static int Send(int number, ReadOnlySpan<ReadOnlyMemory<byte>> buffers, int flags) =>
        Transfer(number, buffers, flags, isSending: true);

    private static int Transfer(int number, ReadOnlySpan<ReadOnlyMemory<byte>> buffers, int flags, bool isSending)
    {
        // Safety: the buffers are pinned until the call is over, and the system is told how long each is.
        Vector* vectors = stackalloc Vector[BufferCountMax];
        PinnedBuffers pins = default;
        int count = Math.Min(buffers.Length, BufferCountMax);
        try
        {
            for (int index = 0; index < count; index++)
            {
                pins[index] = buffers[index].Pin();
                vectors[index] = new Vector { Start = pins[index].Pointer, Size = buffers[index].Length };
            }

            var message = new Message { Vectors = vectors, VectorCount = count };
            return Result(isSending
                ? SendMessage(number, &message, flags | DontWait | NoSignal)
                : ReceiveMessage(number, &message, flags | DontWait));
        }
        finally
        {
            for (int index = 0; index < count; index++)
            {
                pins[index].Dispose();
            }
        }
    }

    private struct Vector
    {
        public void* Start;
        public nint Size;
    }

    // As C lays it out: two ints are followed by a gap on 64 bits.
    private struct Message
    {
        public void* Name;
        public int NameSize;
        public Vector* Vectors;
        public nint VectorCount;
        public void* Control;
        public nint ControlSize;
        public int Flags;
    }

    [System.Runtime.CompilerServices.InlineArray(BufferCountMax)]
    private struct PinnedBuffers
    {
        private MemoryHandle _first;
    }
}
