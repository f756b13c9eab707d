using System;
using System.Buffers;

namespace Goroutines.Tests.Net;

/// <summary>Cuts an array into a sequence of several parts.</summary>
internal sealed class Segments : ReadOnlySequenceSegment<byte>
{
    private Segments(ReadOnlyMemory<byte> memory, long index)
    {
        Memory = memory;
        RunningIndex = index;
    }

    public static ReadOnlySequence<byte> Of(byte[] bytes, int partCount)
    {
        int size = bytes.Length / partCount;
        var first = new Segments(bytes.AsMemory(0, size), 0);
        Segments last = first;
        for (int part = 1; part < partCount; part++)
        {
            int start = part * size;
            int end = part == partCount - 1 ? bytes.Length : start + size;
            var next = new Segments(bytes.AsMemory(start, end - start), start);
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
