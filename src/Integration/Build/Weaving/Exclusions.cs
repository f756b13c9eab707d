using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Goroutines.Build.Weaving;

/// <summary>Which types and methods are left alone because a <see cref="NoCheckpointsAttribute"/> says so.</summary>
internal sealed class Exclusions
{
    private readonly HashSet<TypeDefinition> _types = [];
    private readonly HashSet<MethodDefinition> _methods = [];

    public Exclusions(ModuleDefinition module)
    {
        HasAll = IsMarked(module.Assembly) || IsMarked(module);
        foreach (TypeDefinition type in module.GetAllTypes())
        {
            if (IsMarked(type))
            {
                _types.Add(type);
            }

            foreach (MethodDefinition method in type.Methods.Where(IsMarked))
            {
                _methods.Add(method);
                AddGenerated(method);
            }
        }
    }

    /// <summary>Gets a value indicating whether the whole assembly wants to be left alone.</summary>
    public bool HasAll { get; }

    public bool Contains(MethodDefinition method)
    {
        bool isExcluded = HasAll || _methods.Contains(method);
        for (TypeDefinition? type = method.DeclaringType; type is not null && !isExcluded; type = type.DeclaringType)
        {
            isExcluded = _types.Contains(type);
        }

        return isExcluded;
    }

    private static bool IsMarked(ICustomAttributeProvider provider) =>
        provider.HasCustomAttributes
        && provider.CustomAttributes.Any(attribute => attribute.AttributeType.FullName == "Goroutines." + nameof(NoCheckpointsAttribute));

    /// <summary>
    /// Adds what the compiler made from a method's body: its state machine, lambdas and local functions. Their names begin with the
    /// method's in angle brackets, so those of an overload without the attribute are left alone too.
    /// </summary>
    private void AddGenerated(MethodDefinition method)
    {
        string prefix = $"<{method.Name}>";
        var open = new Stack<TypeDefinition>([method.DeclaringType]);
        while (open.TryPop(out TypeDefinition? type))
        {
            foreach (MethodDefinition generated in type.Methods.Where(each => each.Name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                _methods.Add(generated);
            }

            foreach (TypeDefinition nested in type.NestedTypes.Where(each => each.Name.StartsWith('<')))
            {
                if (nested.Name.StartsWith(prefix, StringComparison.Ordinal))
                {
                    _types.Add(nested);
                }

                open.Push(nested);
            }
        }
    }
}
