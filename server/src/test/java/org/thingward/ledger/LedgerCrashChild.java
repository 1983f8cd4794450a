package org.thingward.ledger;

import java.nio.file.Path;
import org.thingward.trust.Receipt;

/** Appends and publishes until it is killed; prints the receipt of each acknowledged entry. */
final class LedgerCrashChild {
  private LedgerCrashChild() {}

  public static void main(String[] arguments) throws InterruptedException {
    TiledLedger ledger = TestLedgers.open(Path.of(arguments[0]));
    for (int thread = 0; thread < 16; thread++) {
      String device = "device-" + thread % 5;
      Thread.ofVirtual().start(() -> appendForever(ledger, device));
    }
    Thread publishing = Thread.ofPlatform().start(() -> publishForever(ledger));
    publishing.join();
  }

  private static void appendForever(TiledLedger ledger, String device) {
    for (int i = 0; ; i++) {
      Receipt receipt = TestLedgers.append(ledger, device, device + " " + i);
      System.out.println(receipt.entry());
    }
  }

  private static void publishForever(TiledLedger ledger) {
    while (true) {
      ledger.publish();
    }
  }
}
