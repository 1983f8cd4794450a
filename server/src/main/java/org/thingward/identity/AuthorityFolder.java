package org.thingward.identity;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;

/**
 * The folder of the authorities: certificates, and, where none other was given, sealed keys and the
 * root's export (rule I1).
 *
 * <p>{@code issuing-N.pem} is the certificate of the N-th issuing authority; {@value #CURRENT}
 * names the one that issues, the first without it. A higher number is made ahead, a lower one was
 * current before. {@code issuing-N.csr} asks the root to certify a key. Each step of a rotation is
 * one file that is there or is not, so that a start at any moment goes on from it.
 */
final class AuthorityFolder {
  static final String CURRENT = "issuing-current";

  private static final Logger LOG = LoggerFactory.getLogger(AuthorityFolder.class);
  private static final String ISSUING = "issuing-";
  private static final String FIRST = ISSUING + 1;
  private static final Pattern CERTIFICATE = Pattern.compile("issuing-([1-9][0-9]{0,3})\\.pem");
  private static final Pattern REQUEST = Pattern.compile("issuing-([1-9][0-9]{0,3})\\.csr");

  private final Path folder;
  private final KeyVault vault;
  private final NativeCrypto crypto;
  private final Time time;
  private final Randomness randomness;

  AuthorityFolder(
      Path folder, KeyVault vault, NativeCrypto crypto, Time time, Randomness randomness) {
    this.folder = folder;
    this.vault = vault;
    this.crypto = crypto;
    this.time = time;
    this.randomness = randomness;
  }

  /**
   * The issuing authorities, the first made with its root if this is the first start. A former one
   * on which nothing hangs any more is retired.
   *
   * @param publicUrl where devices reach this server over HTTPS, if certificates shall say so
   * @param lastEnd when the last certificate that an authority issued ends; empty if it issued none
   * @throws IllegalStateException if a key or certificate is missing, does not open, or they do not
   *     belong together, saying what to do
   */
  Authorities open(Optional<String> publicUrl, Function<String, Optional<Instant>> lastEnd) {
    // The issuing certificate is written last: without it the first start did not end.
    if (numbers(CERTIFICATE).isEmpty()) {
      refuseUncertified();
      create();
    }
    remindOfRootKey();
    int current = current();
    List<Authority> others = new ArrayList<>();
    for (int number : numbers(CERTIFICATE)) {
      if (number < current && isDone(number, lastEnd)) {
        retire(number);
      } else if (number != current) {
        others.add(open(ISSUING + number, publicUrl));
      }
    }
    return new Authorities(open(ISSUING + current, publicUrl), others);
  }

  /** An authority whose root is elsewhere is not replaced by one of our own. */
  private void refuseUncertified() {
    if (!numbers(REQUEST).isEmpty()) {
      throw new IllegalStateException(
          "the issuing key waits for its certificate: have the root sign %s, and give it: thingward ca take FILE --root root.pem. To have the server make its own root instead, delete that file."
              .formatted(folder.resolve(FIRST + ".csr")));
    }
  }

  private Authority open(String name, Optional<String> publicUrl) {
    SigningKey key =
        vault
            .find(name)
            .orElseThrow(() ->
                new IllegalStateException(
                    "the key of %s is gone: restore it, or give the --issuing-key that it is in"
                        .formatted(name)));
    X509Certificate root = read(OfflineRoot.CERTIFICATE);
    X509Certificate issuing = read(name + ".pem");
    AuthorityCheck.objection(root, issuing, time.now())
        .or(() -> AuthorityCheck.objection(issuing, key))
        .ifPresent(objection -> {
          throw new IllegalStateException(name + " in " + folder + ": " + objection);
        });
    return new Authority(name, root, issuing, key, publicUrl, randomness);
  }

  private boolean isDone(int number, Function<String, Optional<Instant>> lastEnd) {
    return lastEnd.apply(ISSUING + number).filter(end -> end.isAfter(time.now())).isEmpty();
  }

  private void retire(int number) {
    String name = ISSUING + number;
    try {
      Files.move(folder.resolve(name + ".pem"), folder.resolve(name + ".retired.pem"));
    } catch (IOException e) {
      throw new UncheckedIOException("the certificate of " + name + " could not be put away", e);
    }
    LOG.info(
        "{} is retired: the last certificate that it issued has ended. Its key can be destroyed.",
        name);
  }

  /**
   * Makes the key of the next authority, unless an earlier call did, and asks for its certificate.
   *
   * @return where the request is
   */
  Path request() {
    List<Integer> certified = numbers(CERTIFICATE);
    int number = certified.isEmpty() ? 1 : certified.getLast() + 1;
    if (!certified.isEmpty() && certified.getLast() > current()) {
      throw new IllegalStateException(
          "%s%d is made ahead already: thingward ca rotate"
              .formatted(ISSUING, certified.getLast()));
    }
    String name = ISSUING + number;
    Path file = folder.resolve(name + ".csr");
    SigningKey key = madeOrFound(name);
    write(name + ".csr", csr(number, key));
    return file;
  }

  /** A step that was interrupted left a key that signed nothing: it is used. */
  private SigningKey madeOrFound(String name) {
    return vault
        .find(name)
        .orElseGet(() -> vault.generate(name, SignatureScheme.ECDSA_P256_SHA256));
  }

  private String csr(int number, SigningKey key) {
    X500Name name = name(number);
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(
          new PKCS10CertificationRequestBuilder(name, key.publicKey())
              .build(new CertificateForm.Signing(key)));
    } catch (IOException e) {
      throw new IllegalStateException("a request could not be encoded", e);
    }
    return text.toString();
  }

  private X500Name name(int number) {
    return CertificateForm.commonName(
        "Thingward issuing %d %s".formatted(number, HexFormat.of().formatHex(randomness.bytes(4))));
  }

  /**
   * Takes the certificate that the root made for the key of {@link #request}; its authority then is
   * the first, or made ahead.
   *
   * @param pem the certificate
   * @param root the root's certificate, for the first
   * @throws IllegalStateException if it is none for that key, saying why
   */
  String take(byte[] pem, Optional<byte[]> root) {
    int number =
        numbers(REQUEST).stream()
            .reduce((first, last) -> last)
            .orElseThrow(() ->
                new IllegalStateException("no key waits for a certificate: thingward ca request"));
    String name = ISSUING + number;
    X509Certificate issuing = Authority.read(pem);
    X509Certificate above =
        Files.exists(folder.resolve(OfflineRoot.CERTIFICATE))
            ? read(OfflineRoot.CERTIFICATE)
            : Authority.read(
                root.orElseThrow(() ->
                    new IllegalStateException("give the root's certificate too: --root FILE")));
    SigningKey key =
        vault
            .find(name)
            .orElseThrow(() ->
                new IllegalStateException("the key of " + name + " is gone: thingward ca request"));
    AuthorityCheck.objection(above, issuing, time.now())
        .or(() -> AuthorityCheck.objection(issuing, key))
        .or(() -> sameName(issuing))
        .ifPresent(objection -> {
          throw new IllegalStateException("this certificate cannot be taken: " + objection);
        });
    write(OfflineRoot.CERTIFICATE, Authority.pem(above));
    write(name + ".pem", Authority.pem(issuing));
    delete(name + ".csr");
    return name;
  }

  /** Who verifies looks issuers up by name: two of one name cannot be told apart. */
  private Optional<String> sameName(X509Certificate issuing) {
    return numbers(CERTIFICATE).stream()
        .map(number -> read(ISSUING + number + ".pem"))
        .filter(other -> other.getSubjectX500Principal().equals(issuing.getSubjectX500Principal()))
        .findFirst()
        .map(other -> "an authority of its name is here already");
  }

  /**
   * The authority that was made ahead, once it was seen to belong together.
   *
   * @throws IllegalStateException if there is none
   */
  AuthorityChange.Issuing madeAhead() {
    int newest = numbers(CERTIFICATE).stream().reduce(0, Math::max);
    if (newest <= current()) {
      throw new IllegalStateException(
          "no authority is made ahead: thingward ca request, have the root sign it, thingward ca take");
    }
    return AuthorityChange.Issuing.of(open(ISSUING + newest, Optional.empty()));
  }

  /** The authority that issues until then. */
  AuthorityChange.Issuing issuing() {
    return AuthorityChange.Issuing.of(open(ISSUING + current(), Optional.empty()));
  }

  /** Has {@link #madeAhead()} issue from the next start on. */
  void rotate(String name) {
    write(CURRENT, name + "\n");
  }

  /** The digest of the public key that a request asks to be certified. */
  static Digest keyOf(Path request) {
    return OfflineRoot.Request.read(SmallFile.read(request)).key();
  }

  private int current() {
    if (Files.notExists(folder.resolve(CURRENT))) {
      return 1;
    }
    String named =
        new String(SmallFile.read(folder.resolve(CURRENT)), StandardCharsets.US_ASCII).strip();
    Matcher matcher = CERTIFICATE.matcher(named + ".pem");
    if (!matcher.matches() || Files.notExists(folder.resolve(named + ".pem"))) {
      throw new IllegalStateException(
          "%s names '%s', of which there is no certificate: restore it"
              .formatted(folder.resolve(CURRENT), named));
    }
    return Integer.parseInt(matcher.group(1));
  }

  /** The numbers of the files that match, in order. */
  private List<Integer> numbers(Pattern pattern) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> pattern.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(matcher -> Integer.valueOf(matcher.group(1)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + folder + " cannot be read", e);
    }
  }

  private void create() {
    OfflineRoot root = OfflineRoot.overwrite(folder, crypto, time, randomness);
    SigningKey key = madeOrFound(FIRST);
    write(
        FIRST + ".pem",
        root.sign(
            new OfflineRoot.Request(
                name(1).toString(), Digest.of(CmpMessage.der(key.publicKey())), key.publicKey())));
  }

  private void remindOfRootKey() {
    if (Files.exists(folder.resolve(OfflineRoot.KEY))
        || Files.exists(folder.resolve(OfflineRoot.PASSPHRASE))) {
      LOG.warn(
          "The root key's only copy is {} in {}; its passphrase is in {}. Move the two to different"
              + " places off this machine, then delete them here: who has both can make any"
              + " device.",
          OfflineRoot.KEY,
          folder,
          OfflineRoot.PASSPHRASE);
    }
  }

  private X509Certificate read(String name) {
    return Authority.read(SmallFile.read(folder.resolve(name)));
  }

  private void delete(String name) {
    try {
      Files.deleteIfExists(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(folder.resolve(name) + " could not be deleted", e);
    }
  }

  private void write(String name, String text) {
    DataDirectory.writeSecret(folder.resolve(name), text.getBytes(StandardCharsets.US_ASCII));
  }
}
