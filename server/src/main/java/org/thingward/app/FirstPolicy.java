package org.thingward.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.SettingsRefused;
import org.thingward.posture.Postures;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.policy.PolicyRefused;

/**
 * The policy that {@code --policy} names is applied when the file is new or has changed; a restart
 * with the same file does not undo what operators applied since.
 *
 * @param given where the digest of the file last applied is kept
 */
record FirstPolicy(Path given) {
  void apply(Optional<Path> file, Postures postures) {
    if (file.isEmpty()) {
      return;
    }
    try {
      byte[] policy = Files.readAllBytes(file.get());
      byte[] digest = Digest.of(policy).toString().getBytes(StandardCharsets.US_ASCII);
      if (Files.exists(given) && java.util.Arrays.equals(Files.readAllBytes(given), digest)) {
        return;
      }
      postures.applyPolicy(policy, Subject.operator("installation"));
      DataDirectory.writeSecret(given, digest);
    } catch (PolicyRefused e) {
      throw new SettingsRefused("--policy: " + file.get() + ": " + e.getMessage());
    } catch (IOException e) {
      throw new SettingsRefused("--policy: " + file.get() + " cannot be read.");
    }
  }
}
