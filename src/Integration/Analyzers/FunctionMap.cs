using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Goroutines.Analyzers;

/// <summary>What is known of the functions of one outermost type, and which of them are goroutine code.</summary>
/// <remarks>
/// Goroutine code is what cannot run but on a scheduler: a lambda given to Run or Post, a turn of an actor, and a local function
/// or private method that is used by such code and by no other. A method that somebody else may call too is left alone, however
/// likely it is a goroutine's: a wrong warning costs more than a missed one.
/// </remarks>
internal sealed class FunctionMap
{
    private readonly ConcurrentDictionary<ISymbol, bool> _roots = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, ConcurrentBag<Use>> _uses = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, bool> _users = new(SymbolEqualityComparer.Default);

    /// <summary>Notes a function that runs on a scheduler, whoever else may name it.</summary>
    public void AddRoot(ISymbol function) => _roots[function] = true;

    /// <summary>Notes that a function is called, in place, by another.</summary>
    public void AddCall(ISymbol function, ISymbol caller) => AddUse(function, new Use(UseKind.Call, caller));

    /// <summary>Notes that a function is given to Run or Post, subscribed to an event, or used in a way that tells nothing.</summary>
    public void AddUse(ISymbol function, UseKind kind) => AddUse(function, new Use(kind, null));

    /// <summary>Notes that a function's own body names a member of the library.</summary>
    public void AddUser(ISymbol function) => _users[function] = true;

    /// <summary>Tells whether a function's own body names a member of the library.</summary>
    public bool IsUser(ISymbol function) => _users.ContainsKey(function);

    /// <summary>Tells whether a function is used in a certain way anywhere in the type.</summary>
    public bool HasUse(ISymbol function, UseKind kind) => _uses.TryGetValue(function, out var uses) && uses.Any(use => use.Kind == kind);

    /// <summary>Returns the functions that are goroutine code, once the whole type has been seen.</summary>
    public ISet<ISymbol> FindGoroutineCode()
    {
        var found = new HashSet<ISymbol>(_roots.Keys, SymbolEqualityComparer.Default);

        // Each round adds one at least, so there are no more rounds than functions.
        bool hasGrown = true;
        while (hasGrown)
        {
            hasGrown = false;
            foreach (KeyValuePair<ISymbol, ConcurrentBag<Use>> pair in _uses)
            {
                if (IsHidden(pair.Key) && !found.Contains(pair.Key) && IsUsedByGoroutinesOnly(pair.Key, pair.Value, found))
                {
                    found.Add(pair.Key);
                    hasGrown = true;
                }
            }
        }

        return found;
    }

    // Nobody outside of the type can name it.
    private static bool IsHidden(ISymbol function) =>
        function is IMethodSymbol { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction }
        || function is IMethodSymbol { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Private };

    private static bool IsUsedByGoroutinesOnly(ISymbol function, IEnumerable<Use> uses, HashSet<ISymbol> goroutines)
    {
        bool isUsed = false;
        foreach (Use use in uses)
        {
            if (use.Kind == UseKind.Call && SymbolEqualityComparer.Default.Equals(use.Caller, function))
            {
                continue;
            }

            isUsed = use.Kind == UseKind.Spawn || (use.Kind == UseKind.Call && goroutines.Contains(use.Caller!));
            if (!isUsed)
            {
                return false;
            }
        }

        return isUsed;
    }

    private void AddUse(ISymbol function, Use use) => _uses.GetOrAdd(function, _ => new ConcurrentBag<Use>()).Add(use);

    private sealed class Use(UseKind kind, ISymbol? caller)
    {
        public UseKind Kind { get; } = kind;

        public ISymbol? Caller { get; } = caller;
    }
}
