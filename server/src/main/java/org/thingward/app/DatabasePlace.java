package org.thingward.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Children;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Database;
import org.thingward.platform.Randomness;
import org.thingward.platform.Settings;
import org.thingward.platform.Time;

/** The database that the settings name; the server and its commands on the host open it alike. */
final class DatabasePlace {
  private static final Logger log = LoggerFactory.getLogger(DatabasePlace.class);

  private DatabasePlace() {}

  /** What runs otherwise says so itself, as a warning. */
  static void letChildrenThrough(DataDirectory data, Children children) {
    if (children.confinement().keepsKeys()) {
      data.letOthersThrough();
      log.info("each child runs {}", children.confinement().meaning());
    }
  }

  /** The operator's own, or one as a child. */
  static Database open(
      Settings settings, DataDirectory data, Children children, Randomness randomness, Time time) {
    return settings
        .database()
        .map(Database::external)
        .orElseGet(() -> Database.embedded(data.folder("database"), children, randomness, time));
  }
}
