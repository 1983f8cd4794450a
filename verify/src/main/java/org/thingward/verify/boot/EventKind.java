package org.thingward.verify.boot;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Kinds of events (TCG PC Client Platform Firmware Profile 1.05, table 27). */
public enum EventKind {
  PREBOOT_CERT(0x0, "certificate before the boot"),
  POST_CODE(0x1, "firmware"),
  NO_ACTION(0x3, "note, not measured"),
  SEPARATOR(0x4, "end of the firmware's part"),
  ACTION(0x5, "action"),
  EVENT_TAG(0x6, "tagged event"),
  S_CRTM_CONTENTS(0x7, "first code that runs"),
  S_CRTM_VERSION(0x8, "version of the first code that runs"),
  CPU_MICROCODE(0x9, "processor's microcode"),
  PLATFORM_CONFIG_FLAGS(0xA, "flags of the platform"),
  TABLE_OF_DEVICES(0xB, "table of devices"),
  COMPACT_HASH(0xC, "digest"),
  IPL(0xD, "boot loader"),
  IPL_PARTITION_DATA(0xE, "boot loader's partition"),
  NONHOST_CODE(0xF, "code of another processor"),
  NONHOST_CONFIG(0x10, "settings of another processor"),
  NONHOST_INFO(0x11, "about another processor"),
  OMIT_BOOT_DEVICE_EVENTS(0x12, "no events of boot devices follow"),
  POST_CODE2(0x13, "firmware"),
  EFI_VARIABLE_DRIVER_CONFIG(0x8000_0001, "variable"),
  EFI_VARIABLE_BOOT(0x8000_0002, "boot variable"),
  EFI_BOOT_SERVICES_APPLICATION(0x8000_0003, "program started"),
  EFI_BOOT_SERVICES_DRIVER(0x8000_0004, "driver started"),
  EFI_RUNTIME_SERVICES_DRIVER(0x8000_0005, "runtime driver started"),
  EFI_GPT_EVENT(0x8000_0006, "partition table"),
  EFI_ACTION(0x8000_0007, "action"),
  EFI_PLATFORM_FIRMWARE_BLOB(0x8000_0008, "firmware"),
  EFI_HANDOFF_TABLES(0x8000_0009, "tables of the system"),
  EFI_PLATFORM_FIRMWARE_BLOB2(0x8000_000A, "firmware"),
  EFI_HANDOFF_TABLES2(0x8000_000B, "tables of the system"),
  EFI_VARIABLE_BOOT2(0x8000_000C, "boot variable"),
  EFI_HCRTM_EVENT(0x8000_0010, "first code that runs"),
  EFI_VARIABLE_AUTHORITY(0x8000_00E0, "certificate that admitted a program"),
  EFI_SPDM_FIRMWARE_BLOB(0x8000_00E1, "firmware of a part"),
  EFI_SPDM_FIRMWARE_CONFIG(0x8000_00E2, "settings of a part"),
  OTHER(-1, "event of a kind not known here");

  private static final Map<Integer, EventKind> KNOWN =
      Arrays.stream(values())
          .filter(each -> each != OTHER)
          .collect(Collectors.toUnmodifiableMap(each -> each.number, Function.identity()));

  private final int number;
  private final String words;

  EventKind(int number, String words) {
    this.number = number;
    this.words = words;
  }

  static EventKind of(int number) {
    return KNOWN.getOrDefault(number, OTHER);
  }

  /** What it is, in words for a person. */
  public String words() {
    return words;
  }

  boolean isVariable() {
    return this == EFI_VARIABLE_DRIVER_CONFIG
        || this == EFI_VARIABLE_BOOT
        || this == EFI_VARIABLE_BOOT2
        || this == EFI_VARIABLE_AUTHORITY;
  }

  boolean isImage() {
    return this == EFI_BOOT_SERVICES_APPLICATION
        || this == EFI_BOOT_SERVICES_DRIVER
        || this == EFI_RUNTIME_SERVICES_DRIVER;
  }

  boolean isText() {
    return this == ACTION
        || this == EFI_ACTION
        || this == POST_CODE
        || this == IPL
        || this == OMIT_BOOT_DEVICE_EVENTS;
  }
}
