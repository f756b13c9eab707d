using System;
using System.Reflection;
using System.Reflection.Emit;

namespace Goroutines.ModelTests.Models;

/// <summary>Gives access to a private field where it stands.</summary>
/// <remarks>UnsafeAccessor would do it, but Coyote's tool fails on methods without a body.</remarks>
internal static class FieldReference
{
    public delegate ref TField Accessor<TOwner, TField>(TOwner owner)
        where TOwner : class;

    public static Accessor<TOwner, TField> Create<TOwner, TField>(string name)
        where TOwner : class
    {
        FieldInfo field = typeof(TOwner).GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)
            ?? throw new InvalidOperationException($"{typeof(TOwner)} has no field {name}.");
        var method = new DynamicMethod(
            name, typeof(TField).MakeByRefType(), [typeof(TOwner)], typeof(FieldReference).Module, skipVisibility: true);
        ILGenerator code = method.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldflda, field);
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Accessor<TOwner, TField>>();
    }
}
