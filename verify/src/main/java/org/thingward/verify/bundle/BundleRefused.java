package org.thingward.verify.bundle;

/** A file is no proof bundle, or not of a known version. */
public final class BundleRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BundleRefused(String reason) {
    super(reason);
  }

  BundleRefused(String reason, Throwable cause) {
    super(reason, cause);
  }
}
