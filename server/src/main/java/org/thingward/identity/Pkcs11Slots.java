package org.thingward.identity;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Finds the slot of a token by its label, which the JDK's provider cannot: it wants the slot's
 * number, and that changes when a token is put elsewhere. PKCS#11 v2.40 §5.4, §5.5.
 */
final class Pkcs11Slots {
  private static final long OK = 0;
  private static final long ALREADY_INITIALIZED = 0x191;
  private static final int MOST_SLOTS = 256;
  private static final int LABEL_BYTES = 32;

  /** CK_TOKEN_INFO takes 208 bytes on 64-bit machines; a little more does no harm. */
  private static final int TOKEN_INFO_BYTES = 256;

  private final Linker linker = Linker.nativeLinker();
  private final SymbolLookup library;

  private Pkcs11Slots(SymbolLookup library) {
    this.library = library;
  }

  /**
   * The slot of the token with this label.
   *
   * @throws IllegalStateException if the module cannot be used
   */
  static OptionalLong find(Path module, String label) {
    try (Arena arena = Arena.ofConfined()) {
      return new Pkcs11Slots(SymbolLookup.libraryLookup(module, arena)).find(arena, label);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("the PKCS#11 module " + module + " does not load", e);
    }
  }

  private OptionalLong find(Arena arena, String label) {
    long initialized =
        call(
            "C_Initialize",
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
            MemorySegment.NULL);
    if (initialized != OK && initialized != ALREADY_INITIALIZED) {
      throw failed("C_Initialize", initialized);
    }
    try {
      return among(slots(arena), arena, label);
    } finally {
      // The provider initializes it in its own way, with locks; not if somebody uses it already.
      if (initialized == OK) {
        long unused =
            call(
                "C_Finalize",
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                MemorySegment.NULL);
      }
    }
  }

  private long[] slots(Arena arena) {
    MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_LONG, MOST_SLOTS);
    MemorySegment slots = arena.allocate(ValueLayout.JAVA_LONG, MOST_SLOTS);
    long found =
        call(
            "C_GetSlotList",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_BYTE,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS),
            (byte) 1,
            slots,
            count);
    if (found != OK) {
      throw failed("C_GetSlotList", found);
    }
    int filled = (int) Math.min(count.get(ValueLayout.JAVA_LONG, 0), MOST_SLOTS);
    long[] ids = new long[filled];
    for (int i = 0; i < filled; i++) {
      ids[i] = slots.getAtIndex(ValueLayout.JAVA_LONG, i);
    }
    return ids;
  }

  private OptionalLong among(long[] slots, Arena arena, String label) {
    MemorySegment info = arena.allocate(TOKEN_INFO_BYTES);
    FunctionDescriptor form =
        FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
    for (long slot : slots) {
      if (call("C_GetTokenInfo", form, slot, info) == OK && label.equals(label(info))) {
        return OptionalLong.of(slot);
      }
    }
    return OptionalLong.empty();
  }

  private static String label(MemorySegment info) {
    byte[] padded = info.asSlice(0, LABEL_BYTES).toArray(ValueLayout.JAVA_BYTE);
    return new String(padded, StandardCharsets.UTF_8).stripTrailing();
  }

  private long call(String name, FunctionDescriptor form, Object... arguments) {
    MethodHandle function =
        linker.downcallHandle(
            library
                .find(name)
                .orElseThrow(() -> new IllegalStateException("the PKCS#11 module has no " + name)),
            form);
    try {
      return (long) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("the PKCS#11 module's " + name + " cannot be called", e);
    }
  }

  private static IllegalStateException failed(String function, long code) {
    return new IllegalStateException(
        "the PKCS#11 module answers %s with 0x%x".formatted(function, code));
  }
}
