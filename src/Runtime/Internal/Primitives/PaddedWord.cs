using System.Runtime.InteropServices;

namespace Goroutines.Internal.Primitives;

/// <summary>A 64-bit word alone on its cache lines, so that writers of neighbours do not slow its readers.</summary>
/// <remarks>128 bytes on each side: x64 prefetches lines in pairs and some arm64 cores have 128-byte lines.</remarks>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct PaddedWord
{
    [FieldOffset(128)]
    public ulong Value;
}
