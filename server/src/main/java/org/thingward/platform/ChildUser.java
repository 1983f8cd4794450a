package org.thingward.platform;

/**
 * The users that children run as when we are root: one a child, without an account, so that neither
 * reads the files of the other, of this server or of anyone. The numbers lie where systemd's
 * overview of user ids (UIDS-GIDS) has nothing.
 */
public enum ChildUser {
  /** Owns the files of the database. */
  DATABASE(60_901),
  /** Owns the files of the default broker. */
  BROKER(60_902);

  private final int id;

  ChildUser(int id) {
    this.id = id;
  }

  /** Its number as user and as group. */
  int id() {
    return id;
  }
}
