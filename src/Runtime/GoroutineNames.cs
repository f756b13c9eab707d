using System;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Goroutines.Internal.Work;

namespace Goroutines;

/// <summary>Names goroutines by the method they run, for people to read. Slow.</summary>
/// <remarks>
/// What the compiler makes of async methods, lambdas and local functions has the name of the method it stands in between angle brackets
/// (the C# compiler's way; a name of another shape is given as it is).
/// </remarks>
internal static class GoroutineNames
{
    /// <summary>Returns the name of what runs an item; null for an item that is nobody's.</summary>
    public static string? Of(WorkItem item) => item.State switch
    {
        null => null,
        Delegate work => OfDelegate(work),
        PostedWork posted => OfDelegate(posted.Work),

        // It serves the next delay already, and has forgotten who awaited this one.
        DelaySource => "after Go.Delay",
        object state => OfAwaiter(state),
    };

    private static string OfDelegate(Delegate work) =>
        work.Target is Task machine && OfStateMachine(machine) is { } name ? name : OfMethod(work.Method);

    private static string? OfAwaiter(object? state) => state switch
    {
        null => null,
        Delegate work => OfDelegate(work),
        Task task => OfStateMachine(task) ?? (task.AsyncState is Delegate work ? OfDelegate(work) : OfType(task.GetType())),
        _ => OfType(state.GetType()),
    };

    // The BCL's box of a suspended async method is a task, generic over the compiler's state machine, which lies in the method's type.
    private static string? OfStateMachine(Task task)
    {
        Type type = task.GetType();
        if (!type.IsGenericType)
        {
            return null;
        }

        Type last = type.GetGenericArguments()[^1];
        return typeof(IAsyncStateMachine).IsAssignableFrom(last) ? $"{OfType(Outer(last))}.{Plain(last.Name)}" : null;
    }

    private static string OfMethod(MethodInfo method) => method.DeclaringType is { } type
        ? $"{OfType(IsMade(type) ? Outer(type) : type)}.{Plain(method.Name)}"
        : Plain(method.Name);

    private static string OfType(Type type) => type.FullName is { } name && !type.IsGenericType ? name.Replace('+', '.') : type.Name;

    private static Type Outer(Type type)
    {
        Type outer = type;
        while (IsMade(outer) && outer.DeclaringType is { } next)
        {
            outer = next;
        }

        return outer;
    }

    private static bool IsMade(Type type) => type.Name.StartsWith('<');

    // "<SaveAsync>d__3" and "<SaveAsync>b__0" come from SaveAsync; "<<Main>$>g__Local|0_0" from "<Main>$".
    private static string Plain(string name)
    {
        int end = name.LastIndexOf('>');
        return name.StartsWith('<') && end > 1 ? name[1..end] : name;
    }
}
