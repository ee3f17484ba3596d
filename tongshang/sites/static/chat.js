// Chats that move: messages as they come, sending without a reload, links that become cards.
// Without it the pages read and send all the same, by reloading.
(() => {
  const list = document.querySelector("[data-messages]");
  const talks = document.querySelector("[data-talks]");
  const form = document.querySelector("[data-composer]");
  const here = list ? list.dataset.chat : "";
  const token = () => document.querySelector("[name=form_token]").value;

  const parsed = (html) => {
    const made = document.createElement("template");
    made.innerHTML = html;
    return made.content;
  };
  const ask = async (place) => {
    const answer = await fetch(place, { headers: { "x-chat": "1" } });
    return answer.status === 200 ? parsed(await answer.text()) : null;
  };
  const tell = (place, fields) => {
    const body = fields instanceof FormData ? fields : new URLSearchParams(fields);
    return fetch(place, { method: "POST", headers: { "x-chat": "1" }, body });
  };

  // --- the list of chats and the badge ---------------------------------------------------------
  let listing = 0;
  const refresh = () => {
    clearTimeout(listing);
    listing = setTimeout(async () => {
      document.body.dispatchEvent(new Event("chats-changed"));
      const lines = talks && (await ask(`/chats/lines?open=${here}`));
      if (lines) talks.replaceChildren(lines);
    }, 120);
  };

  // --- the messages ----------------------------------------------------------------------------
  const lastOf = (name) =>
    [...list.querySelectorAll(`[data-${name}]`)].reduce((most, one) => Math.max(most, +one.dataset[name]), 0);
  const isAtEnd = () => innerHeight + scrollY > document.documentElement.scrollHeight - 160;
  const toEnd = () => scrollTo({ top: document.documentElement.scrollHeight });
  let said = 0;
  const read = () => {
    const seq = lastOf("seq");
    if (document.hidden || seq <= said) return;
    said = seq;
    tell(`/chats/${here}/read`, { form_token: token(), seq }).then(refresh);
  };
  let busy = false;
  let again = false;
  const catchUp = async () => {
    again = true;
    if (busy) return;
    busy = true;
    while (again) {
      again = false;
      const wasAtEnd = isAtEnd();
      const after = lastOf("seq");
      const more = await ask(`/chats/${here}/messages?after=${after}&prev=${lastOf("at")}`).catch(() => null);
      if (!more || !more.querySelector("[data-seq]") || lastOf("seq") !== after) continue;
      const mine = more.querySelector("[data-mine]");
      list.append(more);
      if (wasAtEnd || mine) toEnd();
      read();
    }
    busy = false;
  };
  const replace = async (seq) => {
    const shown = list.querySelector(`[data-seq="${seq}"]`);
    const fresh = shown && (await ask(`/chats/${here}/messages?after=${seq - 1}&prev=9999999999`));
    const one = fresh && fresh.querySelector(`[data-seq="${seq}"]`);
    if (one) shown.replaceWith(one);
    else if (shown) shown.remove();
  };

  if (list) {
    const fresh = document.getElementById("new");
    if (fresh) fresh.scrollIntoView({ block: "center" });
    else if (!location.search) toEnd();
    said = +list.dataset.last;
    list.addEventListener("click", async (event) => {
      const link = event.target.closest("[data-older]");
      if (!link) return;
      event.preventDefault();
      const older = await ask(`/chats/${here}/messages?before=${link.dataset.older}`);
      if (!older) return;
      const from = document.documentElement.scrollHeight - scrollY;
      link.closest("li").replaceWith(older);
      scrollTo({ top: document.documentElement.scrollHeight - from });
    });
    document.getElementById("acts").addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = event.submitter;
      const fields = { form_token: token(), [button.name]: button.value };
      if ((await tell(event.target.action, fields)).status === 204) await replace(button.value);
    });
    document.addEventListener("visibilitychange", () => document.hidden || catchUp().then(read));
  }
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.more[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });

  // --- what is being written -------------------------------------------------------------------
  if (form) {
    const text = form.querySelector("[data-text]");
    const preview = form.querySelector("[data-preview]");
    const refused = form.querySelector("[data-refused]");
    const key = form.querySelector("[name=form_key]");
    const picture = form.querySelector("[data-picture]");
    let looked = "";
    let waiting = 0;
    const look = async () => {
      const words = text.value.trim();
      if (words === looked) return;
      looked = words;
      const found = /:\/\/|[￥¥]|^\/\w/.test(words)
        ? await ask(`/chats/preview?text=${encodeURIComponent(words)}`)
        : null;
      if (words !== text.value.trim()) return;
      preview.replaceChildren(...(found ? [found] : []));
      const asCard = preview.querySelector("[data-as-card]");
      if (asCard) asCard.value = words;
    };
    const send = async (fields) => {
      fields.set("form_key", crypto.randomUUID ? crypto.randomUUID() : String(Math.random()));
      refused.hidden = true;
      const answer = await tell(form.action, fields).catch(() => null);
      if (!answer || answer.status !== 204) {
        refused.textContent = answer ? await answer.text() : form.dataset.offline || "…";
        refused.hidden = false;
        return false;
      }
      await catchUp();
      refresh();
      return true;
    };
    text.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(look, 200);
    });
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-send]"));
    });
    text.addEventListener("paste", (event) => {
      const files = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
      if (!files.length) return;
      event.preventDefault();
      const fields = new FormData();
      fields.set("form_token", token());
      files.forEach((file) => fields.append("picture", file));
      send(fields);
    });
    picture.addEventListener("change", () => picture.files.length && form.requestSubmit());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const fields = new FormData(form, event.submitter);
      if (!fields.get("text").trim() && !picture.files.length) return;
      if (picture.files.length) fields.set("text", "");
      else fields.delete("picture");
      const kept = text.value;
      if (!picture.files.length) text.value = "";
      picture.value = "";
      preview.replaceChildren();
      looked = "";
      form.querySelector("[data-panel]").open = false;
      if (!(await send(fields)) && !text.value && kept) text.value = kept;
      text.focus();
    });
    key.value = "";
  }

  // --- what is heard ---------------------------------------------------------------------------
  const source = new EventSource("/chats/stream");
  const hear = (kind, then) =>
    source.addEventListener(kind, (event) => {
      const news = JSON.parse(event.data);
      then(news.chat_id === here ? news : null);
    });
  hear("message", (news) => (news && list ? catchUp().then(refresh) : refresh()));
  hear("recalled", (news) => (news && list ? replace(news.seq).then(refresh) : refresh()));
  source.addEventListener("live", (event) => {
    document.body.dispatchEvent(new Event("live-begins"));
    const told = document.querySelector("[data-live-told]");
    if (!told) return;
    const { url, host, title } = JSON.parse(event.data);
    const link = told.querySelector("a");
    link.href = url;
    link.textContent = told.dataset.says.replace("#", host).replace("%", title);
    told.hidden = false;
  });
  source.addEventListener("packet", (event) => {
    const shown = list && list.querySelector(`[data-packet="${JSON.parse(event.data).packet_id}"]`);
    if (shown) replace(shown.closest("[data-seq]").dataset.seq);
  });
  hear("gone", (news) => (news ? location.assign("/chats") : refresh()));
  hear("read", refresh);
  hear("request", refresh);
  source.addEventListener("unread", () => {
    refresh();
    if (list) catchUp();
  });
  addEventListener("pagehide", () => source.close());
})();
