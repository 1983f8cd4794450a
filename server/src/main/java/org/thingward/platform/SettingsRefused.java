package org.thingward.platform;

/** A setting that cannot be: its message names the place, the reason and what to do. */
public final class SettingsRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SettingsRefused(String message) {
    super(message);
  }
}
