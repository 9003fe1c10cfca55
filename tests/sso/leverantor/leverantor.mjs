// Two organisations' logins for the tests: an OpenID provider (oidc-provider) and a SAML IdP (samlify).
// POST /styr to either says who logs in next and how it cheats; see tests/sso/conftest.py.

import { createServer } from "node:http";

// The tests have a clock of their own (tests/klocka.py), and so have the providers: before anything asks it.
const Akta = Date;
const framat = Number(process.env.NU) - Akta.now();
globalThis.Date = class extends Akta {
  constructor(...delar) {
    super(...(delar.length ? delar : [Akta.now() + framat]));
  }
  static now() {
    return Akta.now() + framat;
  }
};

const { Provider } = await import("oidc-provider");
const jose = await import("jose");
const samlify = await import("samlify");

const { OIDCPORT, SAMLPORT, SAMLNYCKEL, SAMLCERT } = process.env;
// What `/styr` said last: who logs in, the cheat, and what of ours is asking (its callback, its SAML metadata).
let styrning = { person: {}, fusk: "", callback: "", metadata: "" };
let sp;
const styr = async (req, res) => {
  styrning = JSON.parse(await lasKropp(req));
  // Then samlify signs the response around the assertion, and not the assertion.
  const vill = `WantAssertionsSigned="${styrning.fusk !== "bara-svaret-signerat"}"`;
  sp = samlify.ServiceProvider({ metadata: styrning.metadata.replace(/WantAssertionsSigned="\w+"/, vill) });
  res.end();
};

const lasKropp = async (req) => {
  const delar = [];
  for await (const del of req) delar.push(del);
  return Buffer.concat(delar).toString();
};
const sida = (res, html, status = 200) =>
  res.writeHead(status, { "content-type": "text/html; charset=utf-8" }).end(`<!DOCTYPE html><title>IdP</title>${html}`);

// OpenID Connect

const utgivare = `http://localhost:${OIDCPORT}`;
const { privateKey, publicKey } = await jose.generateKeyPair("RS256", { extractable: true });
const annat = await jose.generateKeyPair("RS256");
const nyckel = { ...(await jose.exportJWK(privateKey)), kid: "k1", alg: "RS256", use: "sig" };
const oidc = new Provider(utgivare, {
  clients: [{ client_id: "fardplan", client_secret: "hemligt-hemligt-hemligt-hemligt", redirect_uris: ["http://127.0.0.1/"] }],
  jwks: { keys: [nyckel] },
  cookies: { keys: ["prov"] },
  ttl: { Session: 600, Interaction: 600, Grant: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
  // As most providers: what is asked for by scope is told by userinfo, and the ID token says who.
  claims: { openid: ["sub", "grupper", "organisation"], email: ["email", "email_verified"], profile: ["name"] },
  findAccount: (ctx, id) => ({ accountId: id, claims: async () => ({ ...styrning.person, sub: id }) }),
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: "fardplan", accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid email profile");
    await grant.save();
    return grant;
  },
});
oidc.Client.prototype.redirectUriAllowed = (adress) => adress === styrning.callback;
oidc.on("server_error", (ctx, fel) => console.error(fel));

const fuskaMedToken = async (token) => {
  const pastatt = jose.decodeJwt(token);
  const nu = Math.floor(Date.now() / 1000);
  const andrat = {
    nonce: { nonce: "nagon-annans" },
    "utan-nonce": { nonce: undefined },
    mottagare: { aud: "nagon-annan" },
    azp: { aud: ["fardplan", "nagon-annan"], azp: "nagon-annan" },
    utgivare: { iss: "https://nagon.annan.example" },
    "for-gammal": { iat: nu - 900, exp: nu - 300 },
    "utan-slut": { exp: undefined },
    framtid: { iat: nu + 600 },
    "snett-men-inom": { iat: nu + 30, exp: nu - 30 },
  }[styrning.fusk];
  if (styrning.fusk === "osignerad") return new jose.UnsecuredJWT(pastatt).encode();
  if (styrning.fusk === "hs256") {
    const hemlig = new TextEncoder().encode(await jose.exportSPKI(publicKey));
    return new jose.SignJWT(pastatt).setProtectedHeader({ alg: "HS256", kid: "k1" }).sign(hemlig);
  }
  const med = styrning.fusk === "annan-nyckel" ? annat.privateKey : privateKey;
  return new jose.SignJWT({ ...pastatt, ...andrat }).setProtectedHeader({ alg: "RS256", kid: "k1" }).sign(med);
};

oidc.use(async (ctx, next) => {
  await next();
  if (ctx.path === "/token" && styrning.fusk && ctx.body?.id_token) {
    ctx.body = { ...ctx.body, id_token: await fuskaMedToken(ctx.body.id_token) };
  }
  if (ctx.path === "/me" && styrning.fusk === "annan-i-userinfo") ctx.body = { ...ctx.body, sub: "nagon-annan" };
  if (ctx.path.endsWith("openid-configuration") && styrning.fusk === "annan-upptackt") {
    ctx.body = { ...ctx.body, issuer: "https://nagon.annan.example" };
  }
});

const nere = { "nere-upptackt": "openid-configuration", "nere-token": "/token", "nere-nycklar": "/jwks" };
createServer(async (req, res) => {
  if (req.url === "/styr") return styr(req, res);
  if (styrning.fusk in nere && req.url.includes(nere[styrning.fusk])) return sida(res, "Slut på ström", 500);
  // The browser has the real time: to it the cookies would have run out.
  const satt = res.setHeader.bind(res);
  const utanSlut = (kakor) => [kakor].flat().map((kaka) => kaka.replace(/; expires=[^;]*/i, ""));
  res.setHeader = (namn, varde) => satt(namn, namn.toLowerCase() === "set-cookie" ? utanSlut(varde) : varde);
  return oidc.callback()(req, res);
}).listen(OIDCPORT, "127.0.0.1");

// SAML

samlify.setSchemaValidator({ validate: async () => "ok" });
const entitet = `http://localhost:${SAMLPORT}/metadata`;
const installningar = {
  entityID: entitet,
  privateKey: SAMLNYCKEL,
  signingCert: SAMLCERT,
  isAssertionEncrypted: false,
  nameIDFormat: ["urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"],
  singleSignOnService: [
    { Binding: samlify.Constants.namespace.binding.redirect, Location: `http://localhost:${SAMLPORT}/sso` },
    { Binding: samlify.Constants.namespace.binding.post, Location: `http://localhost:${SAMLPORT}/sso` },
  ],
};
const oppen = samlify.IdentityProvider(installningar);
// As the stern federations: to who has said with which key. Then it also answers none but what that key has signed.
const strang = samlify.IdentityProvider({ ...installningar, isAssertionEncrypted: true, wantAuthnRequestsSigned: true });
const idpFor = ({ metadata, fusk }) => (metadata.includes('use="encryption"') && fusk !== "okrypterad" ? strang : oppen);

const attribut = (person) =>
  Object.entries(person)
    .filter(([namn]) => namn !== "sub")
    .map(([namn, varde]) => {
      const varden = [varde].flat().map((v) => `<saml:AttributeValue>${v}</saml:AttributeValue>`).join("");
      return `<saml:Attribute Name="${namn}">${varden}</saml:Attribute>`;
    })
    .join("");

const samlsvar = async (fraga) => {
  const { person, fusk } = styrning;
  const om = (sekunder) => new Date(Date.now() + sekunder * 1000).toISOString();
  const slut = om(fusk === "for-gammal" ? -900 : 300);
  const format = fusk === "tillfallig" ? "transient" : "persistent";
  const acs = sp.entityMeta.getAssertionConsumerService("post");
  const varden = {
    ID: `_${crypto.randomUUID()}`,
    AssertionID: `_${crypto.randomUUID()}`,
    Issuer: fusk === "utgivare" ? "https://nagon.annan.example" : entitet,
    IssueInstant: om(0),
    Destination: acs,
    SubjectRecipient: acs,
    Audience: fusk === "mottagare" ? "https://nagon.annan.example" : sp.entityMeta.getEntityID(),
    InResponseTo: fusk === "oombett" ? "" : fusk === "annan-fraga" ? "_nagon_annans" : fraga,
    StatusCode: `urn:oasis:names:tc:SAML:2.0:status:${fusk === "avbrutet" ? "Responder" : "Success"}`,
    ConditionsNotBefore: om(fusk === "for-gammal" ? -1200 : fusk === "framtid" ? 900 : -1),
    ConditionsNotOnOrAfter: slut,
    SubjectConfirmationDataNotOnOrAfter: slut,
    NameIDFormat: `urn:oasis:names:tc:SAML:2.0:nameid-format:${format}`,
    NameID: person.sub,
  };
  const fyll = (mall) => {
    const statement =
      `<saml:AuthnStatement AuthnInstant="${om(0)}"><saml:AuthnContext><saml:AuthnContextClassRef>` +
      "urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>" +
      `</saml:AuthnStatement><saml:AttributeStatement>${attribut(person)}</saml:AttributeStatement>`;
    const utan = mall.replace("{AuthnStatement}{AttributeStatement}", statement);
    return { id: varden.ID, context: samlify.SamlLib.replaceTagsByValue(utan, varden) };
  };
  const { context } = await idpFor(styrning).createLoginResponse(sp, { extract: { request: { id: fraga } } }, "post", {}, fyll);
  let xml = Buffer.from(context, "base64").toString();
  if (fusk === "osignerad") xml = xml.replace(/<ds:Signature[\s\S]*<\/ds:Signature>/, "");
  if (fusk === "andrad") xml = xml.replace(person.sub, "nagon-annan");
  return Buffer.from(xml).toString("base64");
};

createServer(async (req, res) => {
  const url = new URL(req.url, entitet);
  if (url.pathname === "/styr") return styr(req, res);
  if (styrning.fusk === "nere-upptackt") return sida(res, "Slut på ström", 500);
  if (url.pathname === "/metadata") return res.end(oppen.getMetadata());
  if (url.pathname !== "/sso") return sida(res, "Finns inte", 404);
  const query = Object.fromEntries(url.searchParams);
  const octetString = url.search.slice(1).replace(/&Signature=[^&]*/, "");
  const last = idpFor(styrning).parseLoginRequest(sp, "redirect", { query, octetString });
  const fraga = await last.catch((fel) => console.error(fel));
  if (!fraga) return sida(res, "Frågan är inte signerad", 400);
  const svar = await samlsvar(fraga.extract.request.id);
  const acs = sp.entityMeta.getAssertionConsumerService("post");
  return sida(
    res,
    `<form method="post" action="${acs}"><input type="hidden" name="SAMLResponse" value="${svar}">` +
      '<input type="hidden" name="RelayState" value=""><button>Logga in</button></form>',
  );
}).listen(SAMLPORT, "127.0.0.1", () => console.log("igång"));
