package org.thingward.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.thingward.platform.CertificateFile;
import org.thingward.platform.CryptoAsset;
import org.thingward.platform.CryptoProfile;
import org.thingward.platform.Settings;
import org.thingward.trust.Policy;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.log.WitnessPolicy;

/** What the process itself has that rests on cryptography, and whom else it believes. */
final class CryptoInUse {
  private CryptoInUse() {}

  static List<CryptoAsset> ofLog(List<VerifierKey> keys) {
    return keys.stream()
        .map(key ->
            CryptoAsset.key("log", "signs the log's checkpoints", key.algorithm().standardName()))
        .toList();
  }

  /** The witnesses' keys that the settings have this server believe, as of its start. */
  static Supplier<List<CryptoAsset>> ofWitnesses(Settings settings) {
    List<CryptoAsset> believed =
        settings.witnessPolicy().map(HostCommand::witnessPolicy).stream()
            .flatMap(policy -> policy.witnesses().values().stream())
            .map(WitnessPolicy.Witness::key)
            .map(key ->
                CryptoAsset.key(
                    key.name(),
                    "cosigns the log's checkpoints as a witness",
                    key.algorithm().standardName()))
            .toList();
    return () -> believed;
  }

  /** The operators' listener is the JDK's, which has no hybrid group before version 27. */
  static List<CryptoAsset> ofListeners(CryptoProfile profile) {
    List<CryptoAsset> groups = new ArrayList<>();
    profile
        .groups()
        .forEach(group -> groups.add(CryptoAsset.group("listeners for devices", group)));
    groups.add(CryptoAsset.group("listener for operators", "X25519"));
    return groups;
  }

  /** The authorities of others that the settings have this server believe, as of its start. */
  static Supplier<List<CryptoAsset>> ofForeignAuthorities(Settings settings) {
    List<CryptoAsset> believed =
        Stream.of(
                foreign("--device-ca", "vouches for devices", settings.deviceCa()),
                foreign("--tpm-ca", "vouches for TPMs", settings.tpmCa()),
                foreign("--broker-ca", "vouches for the broker", settings.brokerCa()),
                foreign(
                    "--approver-authenticators",
                    "vouches for approvers' authenticators",
                    settings.approverAuthenticators()))
            .flatMap(List::stream)
            .toList();
    return () -> believed;
  }

  private static List<CryptoAsset> foreign(String flag, String use, Optional<Path> file) {
    return file.stream()
        .flatMap(path -> CertificateFile.read(flag, path).stream())
        .map(each -> CryptoAsset.certificate(each.getSubjectX500Principal().getName(), use, each))
        .toList();
  }

  /** The keys whose signature the policy wants under reference values. */
  static List<CryptoAsset> ofReleases(Policy policy) {
    return CryptoAsset.keys(
        "release keys",
        "sign reference values",
        policy.products().values().stream()
            .flatMap(rule -> rule.releaseKeys().stream())
            .distinct());
  }
}
