using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Goroutines.Analyzers;

/// <summary>Knows the types the rules speak of, in one compilation, and what its operations have to do with them.</summary>
internal sealed class GoroutineTypes
{
    private const string Root = "Goroutines";

    private readonly INamedTypeSymbol _go;
    private readonly INamedTypeSymbol? _scheduler;
    private readonly INamedTypeSymbol? _actor;
    private readonly INamedTypeSymbol? _yieldAwaitable;
    private readonly INamedTypeSymbol? _stackAwaitable;
    private readonly INamedTypeSymbol? _task;
    private readonly INamedTypeSymbol? _taskOfT;
    private readonly INamedTypeSymbol? _valueTask;
    private readonly INamedTypeSymbol? _valueTaskOfT;
    private readonly INamedTypeSymbol? _taskExtensions;
    private readonly INamedTypeSymbol? _eventArgs;

    private GoroutineTypes(Compilation compilation, INamedTypeSymbol go)
    {
        _go = go;
        _scheduler = compilation.GetTypeByMetadataName("Goroutines.GoScheduler");
        _actor = compilation.GetTypeByMetadataName("Goroutines.Actors.Actor`1");
        _yieldAwaitable = compilation.GetTypeByMetadataName("Goroutines.GoYieldAwaitable");
        _stackAwaitable = compilation.GetTypeByMetadataName("Goroutines.StackAwaitable");
        _task = compilation.GetTypeByMetadataName("System.Threading.Tasks.Task");
        _taskOfT = compilation.GetTypeByMetadataName("System.Threading.Tasks.Task`1");
        _valueTask = compilation.GetTypeByMetadataName("System.Threading.Tasks.ValueTask");
        _valueTaskOfT = compilation.GetTypeByMetadataName("System.Threading.Tasks.ValueTask`1");
        _taskExtensions = compilation.GetTypeByMetadataName("System.Threading.Tasks.TaskAsyncEnumerableExtensions");
        _eventArgs = compilation.GetTypeByMetadataName("System.EventArgs");
    }

    /// <summary>Looks the types up.</summary>
    /// <returns>Them; null if the compilation does not use the library, and then there is nothing to say.</returns>
    public static GoroutineTypes? From(Compilation compilation) =>
        compilation.GetTypeByMetadataName("Goroutines.Go") is { } go ? new GoroutineTypes(compilation, go) : null;

    /// <summary>Tells whether a call starts a goroutine: Run or Post of a scheduler or of Go.</summary>
    public bool IsSpawn(IMethodSymbol method) => method.Name is "Run" or "Post" && (IsGo(method) || Is(method.ContainingType, _scheduler));

    /// <summary>Tells whether a method belongs to Go, whose verbs other than Run and Post call what they are given in place.</summary>
    public bool IsGo(IMethodSymbol method) => Is(method.ContainingType, _go);

    /// <summary>Tells whether a method is a turn of an actor: it overrides what the actor's base type calls.</summary>
    public bool IsActorTurn(IMethodSymbol method)
    {
        IMethodSymbol? overridden = method.OverriddenMethod;
        while (overridden is not null)
        {
            if (Is(overridden.ContainingType, _actor))
            {
                return true;
            }

            overridden = overridden.OverriddenMethod;
        }

        return false;
    }

    /// <summary>Tells whether a call is Task.Run.</summary>
    public bool IsTaskRun(IMethodSymbol method) => method is { Name: "Run", IsStatic: true } && Is(method.ContainingType, _task);

    /// <summary>Tells whether a call says not to come back to the captured context.</summary>
    public bool IsConfigureAwaitFalse(IInvocationOperation call)
    {
        IMethodSymbol method = call.TargetMethod;
        if (method.Name != "ConfigureAwait" || !IsAwaited(method.ContainingType))
        {
            return false;
        }

        // An extension's first parameter is what it extends; the flag is the last.
        IArgumentOperation? flag = call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == method.Parameters.Length - 1);
        return flag?.Value.ConstantValue is { HasValue: true, Value: var value } && value switch
        {
            bool continueOnCapturedContext => !continueOnCapturedContext,
            int options => (options & 1) == 0,
            _ => false,
        };
    }

    /// <summary>Tells whether a call's result is worth nothing unless it is awaited.</summary>
    /// <param name="call">The call.</param>
    /// <param name="isDiscarded">True if the code says that it does not want the result.</param>
    public bool HasToBeAwaited(IMethodSymbol call, bool isDiscarded)
    {
        ITypeSymbol type = call.ReturnType.OriginalDefinition;
        bool isNothingWithout = Is(type, _yieldAwaitable) || Is(type, _stackAwaitable);
        bool isToFollow = Is(type, _valueTask) || Is(type, _valueTaskOfT);
        return IsOfLibrary(call) && (isNothingWithout || (isToFollow && !isDiscarded));
    }

    /// <summary>Tells whether a member is one of the library's or of a package that goes with it.</summary>
    public static bool IsOfLibrary(ISymbol member) =>
        member.ContainingAssembly?.Name is { } assembly
        && (assembly == Root || assembly.StartsWith(Root + ".", StringComparison.Ordinal))
        && IsUnderRoot(member.ContainingNamespace);

    /// <summary>Tells whether a signature is an event handler's: the last parameter is what an event tells.</summary>
    public bool IsHandlerSignature(IMethodSymbol method)
    {
        if (method.Parameters.Length != 2)
        {
            return false;
        }

        ITypeSymbol arguments = method.Parameters[1].Type;
        for (ITypeSymbol? type = arguments; type is not null; type = type.BaseType)
        {
            if (Is(type, _eventArgs))
            {
                return true;
            }
        }

        // Not all user-interface libraries derive theirs from EventArgs.
        return arguments.Name.EndsWith("EventArgs", StringComparison.Ordinal);
    }

    private static bool IsUnderRoot(INamespaceSymbol? place)
    {
        while (place is { IsGlobalNamespace: false, ContainingNamespace.IsGlobalNamespace: false })
        {
            place = place.ContainingNamespace;
        }

        return place?.Name == Root;
    }

    private static bool Is(ITypeSymbol? type, INamedTypeSymbol? known) =>
        known is not null && SymbolEqualityComparer.Default.Equals(type?.OriginalDefinition, known);

    private bool IsAwaited(INamedTypeSymbol type) =>
        Is(type, _task) || Is(type, _taskOfT) || Is(type, _valueTask) || Is(type, _valueTaskOfT) || Is(type, _taskExtensions);
}
