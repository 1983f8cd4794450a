package org.thingward.trust;

/** The components of the AR4SI trustworthiness vector (draft-ietf-rats-ar4si §2.3). */
public enum Component {
  INSTANCE_IDENTITY("instance-identity"),
  CONFIGURATION("configuration"),
  EXECUTABLES("executables"),
  FILE_SYSTEM("file-system"),
  HARDWARE("hardware"),
  RUNTIME_OPAQUE("runtime-opaque"),
  STORAGE_OPAQUE("storage-opaque"),
  SOURCED_DATA("sourced-data");

  private final String word;

  Component(String word) {
    this.word = word;
  }

  /** The draft's name of the component. */
  public String word() {
    return word;
  }

  /**
   * The component that {@code word} names.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Component ofWord(String word) {
    for (Component component : values()) {
      if (component.word.equals(word)) {
        return component;
      }
    }
    throw new IllegalArgumentException("'" + word + "' is no component of the AR4SI vector");
  }
}
